package io.resourcelink.boot.claim.listener;

import java.util.Arrays;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.invocation.InvocableHandlerMethod;

import io.resourcelink.ResourceLink;
import io.resourcelink.boot.claim.Claims;
import io.resourcelink.error.ClaimGoneException;
import io.resourcelink.error.InvalidClaimException;

/**
 * Calls a listener's method with the link of the claim in the message, and closes the link. The link is one of the arguments
 * that the caller provides, as the container itself provides the record or the session. So the method of the application's own
 * factory is called as it is, with that factory's resolvers and validator. Thread-safe.
 */
final class ClaimHandlerMethod extends InvocableHandlerMethod {

    private final InvocableHandlerMethod method;
    private final MethodParameter parameter;
    private final ClaimInPayload claim;
    private final Claims claims;
    private final AsyncReturn async;

    ClaimHandlerMethod(InvocableHandlerMethod method, MethodParameter parameter, Claims claims, AsyncReturn async) {
        super(method);
        this.method = method;
        this.parameter = parameter;
        this.claim = new ClaimInPayload(Objects.requireNonNull(parameter.getParameterAnnotation(OpenClaim.class))
                .value());
        this.claims = claims;
        this.async = async;
    }

    @Override
    public @Nullable Object invoke(Message<?> message, @Nullable Object... provided) throws Exception {
        ResourceLink link = open(message);
        boolean pending = false;
        try {
            @Nullable
            Object[] arguments = Arrays.copyOf(provided, provided.length + 1);
            arguments[provided.length] = link;
            Object result = method.invoke(message, arguments);
            if (result == null || !Closing.isPending(result)) {
                return result;
            }
            Object closing = Closing.whenComplete(result, link);
            pending = true;
            return async == AsyncReturn.AWAIT ? Closing.await(closing) : closing;
        } finally {
            if (!pending) {
                link.close();
            }
        }
    }

    private ResourceLink open(Message<?> message) {
        try {
            return claims.open(claim.find(message.getPayload()));
        } catch (InvalidClaimException | ClaimGoneException e) {
            throw new ClaimArgumentException(message, parameter, String.valueOf(e.getMessage()), e);
        } catch (ClaimInPayload.NoClaimException e) {
            throw new ClaimArgumentException(message, parameter, String.valueOf(e.getMessage()), null);
        }
    }
}
