package io.resourcelink.boot.claim.listener;

import org.springframework.core.MethodParameter;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.invocation.HandlerMethodArgumentResolver;

/**
 * A type of parameters that a resolver of the application makes.
 *
 * @param name who it is
 */
record Customer(String name) {

    /** What an application registers with the registrar of its listeners. */
    static final class Resolver implements HandlerMethodArgumentResolver {

        Resolver() {}

        @Override
        public boolean supportsParameter(MethodParameter parameter) {
            return parameter.getParameterType() == Customer.class;
        }

        @Override
        public Object resolveArgument(MethodParameter parameter, Message<?> message) {
            return new Customer("resolved");
        }
    }
}
