package io.resourcelink.boot.resource.autoconfigure;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyAdvice;

/**
 * Auto-configuration of how Spring MVC writes a {@link io.resourcelink.boot.resource.SegmentResource SegmentResource}
 * that a controller returns.
 */
@AutoConfiguration
@ConditionalOnClass(ResponseBodyAdvice.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnBooleanProperty(name = "ipc.enabled", matchIfMissing = true)
public final class SegmentResourceAutoConfiguration {

    SegmentResourceAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean
    SegmentResponseAdvice segmentResponseAdvice() {
        return new SegmentResponseAdvice();
    }
}
