package io.resourcelink.boot.claim.http.autoconfigure;

import java.util.Map;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;
import org.springframework.security.config.annotation.web.configuration.WebSecurityCustomizer;
import org.springframework.security.web.util.matcher.RequestMatcher;
import org.springframework.web.servlet.handler.SimpleUrlHandlerMapping;

import io.resourcelink.boot.claim.autoconfigure.ClaimSignerAutoConfiguration;
import io.resourcelink.boot.claim.http.ClaimOrigin;
import io.resourcelink.claim.ClaimSigner;
import io.resourcelink.claim.LocalClaims;

/**
 * Auto-configuration of the {@link ClaimOrigin} at one path of the application's web server. Without a secret there is none.
 *
 * <p>It checks its requests itself. If Spring Security is there, it ignores requests for exactly this path: a chain of filters
 * that lets them through would be a bean whose presence removes the chain that Spring Boot makes for everything else.
 */
@AutoConfiguration(after = ClaimSignerAutoConfiguration.class)
@ConditionalOnClass(SimpleUrlHandlerMapping.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnBean({ ClaimSigner.class, LocalClaims.class })
@ConditionalOnBooleanProperty(name = "ipc.enabled", matchIfMissing = true)
@ConditionalOnBooleanProperty(name = "ipc.claims.origin.enabled", matchIfMissing = true)
@EnableConfigurationProperties(ClaimOriginProperties.class)
public final class ClaimOriginAutoConfiguration {

    ClaimOriginAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean
    ClaimOrigin claimOrigin(LocalClaims claims, ClaimSigner signer, ClaimOriginProperties properties) {
        return new ClaimOrigin(claims, signer, properties.maxResponses());
    }

    @Bean
    SimpleUrlHandlerMapping claimOriginMapping(ClaimOrigin origin, ClaimOriginProperties properties) {
        return new SimpleUrlHandlerMapping(Map.of(properties.path(), origin), Ordered.HIGHEST_PRECEDENCE);
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(WebSecurityCustomizer.class)
    static class SecurityConfiguration {

        @Bean
        WebSecurityCustomizer claimOriginSecurity(ClaimOriginProperties properties, Environment environment) {
            String servlet = environment.getProperty("spring.mvc.servlet.path", "/");
            String path = (servlet.endsWith("/") ? servlet.substring(0, servlet.length() - 1) : servlet)
                    + properties.path();
            RequestMatcher exactly = request -> request.getRequestURI().equals(request.getContextPath() + path);
            return security -> security.ignoring().requestMatchers(exactly);
        }
    }
}
