/**
 * What the studio and its workers send to each other: records, in which links to segments travel as they are. Each names the
 * destination that it is for.
 */
@NullMarked
package io.resourcelink.sample.message;

import org.jspecify.annotations.NullMarked;
