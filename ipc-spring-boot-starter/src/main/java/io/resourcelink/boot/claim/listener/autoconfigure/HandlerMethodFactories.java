package io.resourcelink.boot.claim.listener.autoconfigure;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.format.support.DefaultFormattingConversionService;
import org.springframework.messaging.converter.GenericMessageConverter;
import org.springframework.messaging.handler.annotation.support.DefaultMessageHandlerMethodFactory;
import org.springframework.messaging.handler.annotation.support.MessageHandlerMethodFactory;
import org.springframework.messaging.handler.invocation.HandlerMethodArgumentResolver;
import org.springframework.validation.Validator;

import io.resourcelink.boot.claim.Claims;
import io.resourcelink.boot.claim.listener.AsyncReturn;
import io.resourcelink.boot.claim.listener.ClaimHandlerMethodFactory;

/**
 * Prepares factories as the libraries of Kafka and RabbitMQ prepare the ones that they make if the application sets none: with
 * the resolvers and the validator of the registrar, and with the conversion of bytes to text.
 */
final class HandlerMethodFactories {

    private HandlerMethodFactories() {}

    /**
     * Sets a factory that opens claims, around the application's factory or a default one. Sets nothing if the application has no
     * listener with a link.
     *
     * @param beans the application's beans
     * @param users the factory of the application, or {@code null}
     * @param byDefault makes the default one
     * @param async what is done with the futures that methods return
     * @param setting sets it
     */
    static void open(ConfigurableListableBeanFactory beans, @Nullable MessageHandlerMethodFactory users,
            Supplier<MessageHandlerMethodFactory> byDefault, AsyncReturn async,
            Consumer<MessageHandlerMethodFactory> setting) {
        if (OpenClaimUse.in(beans)) {
            MessageHandlerMethodFactory factory = users == null ? byDefault.get() : users;
            setting.accept(new ClaimHandlerMethodFactory(factory,
                    beans.getBeanProvider(Claims.class)::getIfAvailable, async));
        }
    }

    /**
     * Prepares a factory.
     *
     * @param factory a new factory
     * @param conversion what it converts payloads and headers with
     * @param resolvers those of the application
     * @param validator that of the application, or {@code null}
     * @param beans where the application's values are resolved
     * @return the factory
     */
    static DefaultMessageHandlerMethodFactory prepare(DefaultMessageHandlerMethodFactory factory,
            DefaultFormattingConversionService conversion, List<HandlerMethodArgumentResolver> resolvers,
            @Nullable Validator validator, BeanFactory beans) {
        conversion.addConverter(byte[].class, String.class, bytes -> new String(bytes, StandardCharsets.UTF_8));
        factory.setBeanFactory(beans);
        if (validator != null) {
            factory.setValidator(validator);
        }
        factory.setConversionService(conversion);
        factory.setMessageConverter(new GenericMessageConverter(conversion));
        factory.setCustomArgumentResolvers(List.copyOf(resolvers));
        factory.afterPropertiesSet();
        return factory;
    }

    /** {@return a conversion that reads big-endian numbers, which Kafka's headers often are} */
    static DefaultFormattingConversionService withNumbers() {
        DefaultFormattingConversionService conversion = new DefaultFormattingConversionService();
        conversion.addConverter(byte[].class, Long.class, bytes -> ByteBuffer.wrap(bytes).getLong());
        conversion.addConverter(byte[].class, Integer.class, bytes -> ByteBuffer.wrap(bytes).getInt());
        conversion.addConverter(byte[].class, Short.class, bytes -> ByteBuffer.wrap(bytes).getShort());
        conversion.addConverter(byte[].class, Byte.class, bytes -> ByteBuffer.wrap(bytes).get());
        return conversion;
    }
}
