/**
 * Segments as Spring's {@link org.springframework.core.io.Resource}, to be streamed wherever Spring takes one.
 */
@NullMarked
package io.resourcelink.boot.resource;

import org.jspecify.annotations.NullMarked;
