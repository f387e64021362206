/**
 * Segments as Spring's {@link org.springframework.core.io.Resource}, which can be streamed wherever Spring accepts one.
 */
@NullMarked
package io.resourcelink.boot.resource;

import org.jspecify.annotations.NullMarked;
