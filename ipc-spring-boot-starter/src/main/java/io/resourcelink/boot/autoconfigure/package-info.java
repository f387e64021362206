/**
 * Auto-configuration of ResourceLink in a Spring Boot application, and the {@code ipc.*} properties that it reads.
 *
 * <p>It creates a {@link io.resourcelink.ResourceLinkFactory} from the properties. The context closes the factory after
 * all lifecycle beans have stopped. Each feature that builds on the factory (channels, messaging, the collection of
 * orphans, metrics, health, the actuator endpoint) has an auto-configuration in its own package. Every bean backs off
 * if the application declares its own.
 */
@NullMarked
package io.resourcelink.boot.autoconfigure;

import org.jspecify.annotations.NullMarked;
