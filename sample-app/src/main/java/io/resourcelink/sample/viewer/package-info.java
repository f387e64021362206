/**
 * A viewer: a Spring Boot application without a web server that stands for a host. It gets frames as claims, through a broker, and opens
 * them. The same program runs near and far. Which of the two it is, is decided by its directory alone.
 */
@NullMarked
package io.resourcelink.sample.viewer;

import org.jspecify.annotations.NullMarked;
