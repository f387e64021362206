package io.resourcelink.boot.claim.listener.autoconfigure;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/** Auto-configuration for applications with Spring Cloud Function or Stream: links are refused in function beans. */
@AutoConfiguration
@ConditionalOnClass(name = "org.springframework.cloud.function.context.FunctionCatalog")
@ConditionalOnBooleanProperty(name = "ipc.enabled", matchIfMissing = true)
public final class FunctionOpenClaimAutoConfiguration {

    FunctionOpenClaimAutoConfiguration() {}

    @Bean
    FunctionBeans linksInFunctionBeans(ConfigurableListableBeanFactory beans) {
        return new FunctionBeans(beans);
    }
}
