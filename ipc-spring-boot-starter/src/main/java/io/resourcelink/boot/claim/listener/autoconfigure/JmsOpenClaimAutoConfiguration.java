package io.resourcelink.boot.claim.listener.autoconfigure;

import jakarta.jms.Message;
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

import io.resourcelink.boot.claim.listener.AsyncReturn;

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
    JmsListenerConfigurer openClaimJmsListenerConfigurer(ConfigurableListableBeanFactory beans) {
        return registrar -> HandlerMethodFactories.open(beans, registrar.getMessageHandlerMethodFactory(),
                () -> defaultFactory(beans), AsyncReturn.AWAIT, registrar::setMessageHandlerMethodFactory);
    }

    private static MessageHandlerMethodFactory defaultFactory(ConfigurableListableBeanFactory beans) {
        DefaultMessageHandlerMethodFactory factory = new DefaultMessageHandlerMethodFactory();
        factory.setBeanFactory(beans);
        factory.afterPropertiesSet();
        return factory;
    }
}
