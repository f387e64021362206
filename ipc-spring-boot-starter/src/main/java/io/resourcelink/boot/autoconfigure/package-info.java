/**
 * Auto-configuration of ResourceLink in a Spring Boot application, and the {@code ipc.*} properties it reads.
 *
 * <p>A {@link io.resourcelink.ResourceLinkFactory} is made from the properties and closed with the context, after
 * everything with a lifecycle has stopped. Orphans are collected before anybody is given the factory and once per
 * period from then on. What depends on an optional library (the actuator endpoint, health, metrics) is an
 * auto-configuration of its own. Every bean backs off where the application has its own.
 */
@NullMarked
package io.resourcelink.boot.autoconfigure;

import org.jspecify.annotations.NullMarked;
