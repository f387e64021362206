/**
 * The actuator endpoint {@code ipc}: the segments, the room for more, and the collector of orphans.
 */
@NullMarked
package io.resourcelink.boot.actuate.endpoint;

import org.jspecify.annotations.NullMarked;
