package io.resourcelink.boot.resource.autoconfigure;

import java.util.Collection;

import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.core.io.support.ResourceRegion;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyAdvice;

import io.resourcelink.boot.resource.SegmentResource;

/**
 * Corrects what Spring MVC does with a {@link SegmentResource} by default. If the controller sets no content type,
 * Spring would use the first concrete type of any converter, which is JSON. If a range cannot be satisfied, Spring would
 * send the whole payload with the status 416.
 */
@ControllerAdvice
final class SegmentResponseAdvice implements ResponseBodyAdvice<Object> {

    SegmentResponseAdvice() {}

    @Override
    public boolean supports(MethodParameter returnType, Class<? extends HttpMessageConverter<?>> converter) {
        return true;
    }

    @Override
    public @Nullable Object beforeBodyWrite(@Nullable Object body, MethodParameter returnType, MediaType selected,
            Class<? extends HttpMessageConverter<?>> converter, ServerHttpRequest request,
            ServerHttpResponse response) {
        if (!isSegment(body)) {
            return body;
        }
        String range = response.getHeaders().getFirst(HttpHeaders.CONTENT_RANGE);
        if (range != null && range.startsWith("bytes */")) {
            return null;
        }
        if (response.getHeaders().getContentType() == null
                && !request.getAttributes().containsKey(HandlerMapping.PRODUCIBLE_MEDIA_TYPES_ATTRIBUTE)) {
            response.getHeaders().setContentType(MediaType.APPLICATION_OCTET_STREAM);
        }
        return body;
    }

    /** For a range request, Spring has replaced the resource by a list of regions. */
    private static boolean isSegment(@Nullable Object body) {
        return switch (body) {
            case SegmentResource _ -> true;
            case Collection<?> regions -> !regions.isEmpty()
                    && regions.iterator().next() instanceof ResourceRegion region
                    && region.getResource() instanceof SegmentResource;
            case null, default -> false;
        };
    }
}
