package io.resourcelink.boot.messaging;

import java.lang.reflect.Method;

import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.annotation.support.MessageHandlerMethodFactory;
import org.springframework.messaging.handler.invocation.InvocableHandlerMethod;
import org.springframework.scheduling.annotation.Async;

/** Calls a method with {@link IpcListener} or {@link IpcHandler}. Thread-safe if the method is. */
final class ListenerMethod implements IpcListenerEndpoint.Handler {

    private static final String CONTINUATION = "kotlin.coroutines.Continuation";

    private final InvocableHandlerMethod method;
    private final @Nullable IpcListenerErrorHandler errors;

    private ListenerMethod(InvocableHandlerMethod method, @Nullable IpcListenerErrorHandler errors) {
        this.method = method;
        this.errors = errors;
    }

    /**
     * Prepares calls of a method.
     *
     * @throws InvalidListenerException if the method cannot be called on the bean, which may be a proxy, or if its end
     * cannot be waited for
     */
    static ListenerMethod of(Object bean, Method method, MessageHandlerMethodFactory methods,
            @Nullable IpcListenerErrorHandler errors) {
        checkResult(method);
        Method invocable;
        try {
            invocable = AopUtils.selectInvocableMethod(method, bean.getClass());
        } catch (IllegalStateException e) {
            throw new InvalidListenerException(
                    "The listener " + MethodName.of(method) + " cannot be called on the proxy of its bean: "
                            + e.getMessage(),
                    "Declare the method in an interface of the proxy, or use CGLIB proxies (proxyTargetClass = true).",
                    e);
        }
        return new ListenerMethod(methods.createInvocableHandlerMethod(bean, invocable), errors);
    }

    private static void checkResult(Method method) {
        Class<?>[] parameters = method.getParameterTypes();
        if (parameters.length > 0 && parameters[parameters.length - 1].getName().equals(CONTINUATION)) {
            throw refused(method, "is a suspend function, which is not supported",
                    "Make it a function that returns its result, a CompletableFuture or a Mono.");
        }
        Class<?> result = method.getReturnType();
        if (AsyncResult.hasManyValues(result)) {
            throw refused(method, "returns a " + result.getName() + ", which may have several values",
                    "Return one value, for example a Mono of a list.");
        }
        if (!AsyncResult.isAwaited(result) && (AnnotatedElementUtils.hasAnnotation(method, Async.class)
                || AnnotatedElementUtils.hasAnnotation(method.getDeclaringClass(), Async.class))) {
            throw refused(method, "is @Async and returns no future, so nothing says when it has handled a message",
                    "Return a CompletableFuture, or remove @Async and set concurrency.");
        }
    }

    private static InvalidListenerException refused(Method method, String reason, String action) {
        return new InvalidListenerException("The listener " + MethodName.of(method) + ' ' + reason + '.',
                action);
    }

    @Override
    public @Nullable Object handle(Message<?> message) throws Exception {
        try {
            return AsyncResult.await(method.invoke(message));
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            if (errors == null) {
                throw e;
            }
            return errors.handleError(message, e);
        }
    }

    @Override
    public String toString() {
        return MethodName.of(method.getMethod());
    }
}
