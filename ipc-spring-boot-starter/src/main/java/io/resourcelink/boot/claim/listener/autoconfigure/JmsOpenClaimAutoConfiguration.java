package io.resourcelink.boot.claim.listener.autoconfigure;

import jakarta.jms.Message;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigureOrder;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.jms.annotation.JmsListenerConfigurer;
import org.springframework.messaging.handler.annotation.support.DefaultMessageHandlerMethodFactory;
import org.springframework.messaging.handler.annotation.support.MessageHandlerMethodFactory;

import io.resourcelink.boot.claim.Claims;
import io.resourcelink.boot.claim.listener.AsyncReturn;
import io.resourcelink.boot.claim.listener.ClaimHandlerMethodFactory;

/**
 * Auto-configuration of {@link io.resourcelink.boot.claim.listener.OpenClaim @OpenClaim} in methods with {@code @JmsListener}. Its
 * configurer comes after those of the application, whose factory it keeps. Spring's JMS takes a future for the reply, and
 * acknowledges its message at once. So the futures of methods with a link are awaited.
 */
@AutoConfiguration
@AutoConfigureOrder(Ordered.LOWEST_PRECEDENCE)
@ConditionalOnClass({ Message.class, JmsListenerConfigurer.class })
@ConditionalOnBooleanProperty(name = "ipc.enabled", matchIfMissing = true)
public final class JmsOpenClaimAutoConfiguration {

    JmsOpenClaimAutoConfiguration() {}

    @Bean
    @Order(Ordered.LOWEST_PRECEDENCE)
    JmsListenerConfigurer openClaimJmsListenerConfigurer(ObjectProvider<Claims> claims,
            ConfigurableListableBeanFactory beans) {
        return registrar -> {
            if (OpenClaimUse.in(beans)) {
                MessageHandlerMethodFactory users = registrar.getMessageHandlerMethodFactory();
                registrar.setMessageHandlerMethodFactory(new ClaimHandlerMethodFactory(
                        users == null ? defaultFactory(beans) : users, claims::getIfAvailable, AsyncReturn.AWAIT));
            }
        };
    }

    private static MessageHandlerMethodFactory defaultFactory(ConfigurableListableBeanFactory beans) {
        DefaultMessageHandlerMethodFactory factory = new DefaultMessageHandlerMethodFactory();
        factory.setBeanFactory(beans);
        factory.afterPropertiesSet();
        return factory;
    }
}
