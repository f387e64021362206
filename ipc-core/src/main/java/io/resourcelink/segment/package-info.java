/**
 * What users and stores share: what a segment is, how it is made, and what was found out about it. Records and enums,
 * without behavior of their own. This package depends on no other one but {@code error}.
 */
@NullMarked
package io.resourcelink.segment;

import org.jspecify.annotations.NullMarked;
