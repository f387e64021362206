/**
 * Memory that is mapped, and how it ends: {@link io.resourcelink.internal.mapping.Mapping} maps the file of a segment, {@link
 * io.resourcelink.internal.mapping.Region} an anonymous, sealed one. A {@link io.resourcelink.internal.mapping.View} is what
 * users see of either; closing it ends their access. The {@link io.resourcelink.internal.mapping.Reclaimer} unmaps later, off
 * the closing thread. {@link io.resourcelink.internal.mapping.PeerMemory} holds the only accesses to memory that a peer can
 * truncate.
 */
@NullMarked
package io.resourcelink.internal.mapping;

import org.jspecify.annotations.NullMarked;
