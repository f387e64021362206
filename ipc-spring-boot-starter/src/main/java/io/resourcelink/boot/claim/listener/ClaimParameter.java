package io.resourcelink.boot.claim.listener;

import java.lang.reflect.Method;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;

import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.messaging.handler.HandlerMethod;

import io.resourcelink.ResourceLink;

/** The parameter of a listener's method that gets the link, checked when the listener is registered. */
final class ClaimParameter {

    private static final String USE_CLAIMS = "Take the io.resourcelink.claim.Claim itself, and open it with the bean"
            + " io.resourcelink.boot.claim.Claims in a try-with-resources statement.";

    private ClaimParameter() {}

    /**
     * {@return the parameter with {@link OpenClaim}, or {@code null} if the method has none}
     *
     * @param listener a listener's method
     * @throws InvalidClaimListenerException if the method cannot work
     */
    static @Nullable MethodParameter of(HandlerMethod listener) {
        Method method = listener.getMethod();
        List<MethodParameter> parameters = List.of(listener.getMethodParameters());
        List<MethodParameter> marked = parameters.stream().filter(ClaimParameter::isMarked).toList();
        if (marked.isEmpty()) {
            return null;
        }
        if (marked.size() > 1) {
            throw invalid(method, "more than one parameter with @OpenClaim", USE_CLAIMS);
        }
        MethodParameter link = marked.getFirst();
        if (link.getParameterType() != ResourceLink.class) {
            throw invalid(method, "a parameter with @OpenClaim of the type " + link.getParameterType().getName(),
                    "Declare it as io.resourcelink.ResourceLink.");
        }
        for (MethodParameter other : parameters) {
            if (!isMarked(other)) {
                check(method, other);
            }
        }
        checkResult(method);
        return link;
    }

    private static boolean isMarked(MethodParameter parameter) {
        return parameter.hasParameterAnnotation(OpenClaim.class);
    }

    /** The link is given to the method by its type, so no other parameter may accept it. */
    private static void check(Method method, MethodParameter other) {
        Class<?> type = other.getParameterType();
        if (Iterable.class.isAssignableFrom(type)) {
            throw invalid(method, "a parameter with @OpenClaim beside one of the type " + type.getName()
                    + ", and a batch has more than one claim", USE_CLAIMS);
        }
        if (type.isAssignableFrom(ResourceLink.class)) {
            throw invalid(method, "a parameter with @OpenClaim beside one of the type " + type.getName()
                    + ", which could take the link as well", "Declare that parameter with the type of the message.");
        }
    }

    private static void checkResult(Method method) {
        Class<?> type = method.getReturnType();
        if (type == CompletableFuture.class || type.getName().equals("reactor.core.publisher.Mono")) {
            return;
        }
        if (Future.class.isAssignableFrom(type) || CompletionStage.class.isAssignableFrom(type)
                || (type != Object.class && ReactiveAdapterRegistry.getSharedInstance().getAdapter(type) != null)) {
            throw invalid(method, "a parameter with @OpenClaim and the result type " + type.getName()
                    + ", after which the link cannot be closed", "Return a CompletableFuture or a Mono.");
        }
    }

    private static InvalidClaimListenerException invalid(Method method, String what, String action) {
        return new InvalidClaimListenerException(
                "The listener " + method.toGenericString() + " has " + what + '.', action);
    }
}
