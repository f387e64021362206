/**
 * What users and stores share: what a segment is, how it is made, and what was found out about it. The package has
 * records and enums without behavior of their own. It depends on no other package but {@code error}.
 */
@NullMarked
package io.resourcelink.segment;

import org.jspecify.annotations.NullMarked;
