package io.resourcelink.boot.claim.listener;

import java.lang.reflect.Method;
import java.util.Objects;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.messaging.handler.annotation.support.MessageHandlerMethodFactory;
import org.springframework.messaging.handler.invocation.InvocableHandlerMethod;

import io.resourcelink.boot.claim.Claims;

/**
 * Lets another factory make the methods of listeners, and gives those that have a parameter with {@link OpenClaim} its link.
 * All other methods are those of the other factory. Set it at the registrar of the broker's listeners. Thread-safe if the other
 * factory is.
 */
public final class ClaimHandlerMethodFactory implements MessageHandlerMethodFactory {

    private final MessageHandlerMethodFactory factory;
    private final Supplier<? extends @Nullable Claims> claims;
    private final AsyncReturn async;

    /**
     * Creates a factory.
     *
     * @param factory makes the methods
     * @param claims opens the claims; it is asked when the first method with a link is made, and may return {@code null}
     * @param async what is done with the futures that methods return
     */
    public ClaimHandlerMethodFactory(MessageHandlerMethodFactory factory, Supplier<? extends @Nullable Claims> claims,
            AsyncReturn async) {
        this.factory = Objects.requireNonNull(factory, "factory");
        this.claims = Objects.requireNonNull(claims, "claims");
        this.async = Objects.requireNonNull(async, "async");
    }

    /**
     * Makes the method of a listener.
     *
     * @throws InvalidClaimListenerException if it has a parameter with {@link OpenClaim}, and cannot work
     */
    @Override
    public InvocableHandlerMethod createInvocableHandlerMethod(Object bean, Method method) {
        InvocableHandlerMethod made = factory.createInvocableHandlerMethod(bean, method);
        MethodParameter parameter = ClaimParameter.of(made);
        if (parameter == null) {
            return made;
        }
        Claims opening = claims.get();
        if (opening == null) {
            throw new InvalidClaimListenerException("The listener " + method.toGenericString()
                    + " has a parameter with @OpenClaim, but there is no bean of the type " + Claims.class.getName()
                    + '.', "Remove ipc.enabled=false, or define such a bean.");
        }
        return new ClaimHandlerMethod(made, parameter, opening, async);
    }
}
