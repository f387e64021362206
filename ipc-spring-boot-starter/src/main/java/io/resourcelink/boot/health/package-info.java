/**
 * Health of the segments' directory and of the listeners, for Spring Boot's health endpoint.
 */
@NullMarked
package io.resourcelink.boot.health;

import org.jspecify.annotations.NullMarked;
