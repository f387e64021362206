package io.resourcelink.boot.messaging;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

import org.jspecify.annotations.Nullable;
import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.util.ClassUtils;
import reactor.core.publisher.Mono;

/**
 * Waits for results that a listener returns before they are complete: futures, and the types of reactive libraries with at
 * most one value. What a message carries is closed after that.
 */
final class AsyncResult {

    private static final boolean REACTOR = ClassUtils.isPresent("reactor.core.publisher.Mono",
            AsyncResult.class.getClassLoader());

    private AsyncResult() {}

    /** {@return whether results of that type are waited for} */
    static boolean isAwaited(Class<?> type) {
        return Future.class.isAssignableFrom(type) || CompletionStage.class.isAssignableFrom(type)
                || adapter(type) != null;
    }

    /** {@return whether results of that type may have several values} */
    static boolean hasManyValues(Class<?> type) {
        ReactiveAdapter adapter = adapter(type);
        return adapter != null && adapter.isMultiValue();
    }

    /** {@return the type of the value of a result} */
    static Type valueOf(Type type) {
        return type instanceof ParameterizedType generic && generic.getRawType() instanceof Class<?> raw
                && isAwaited(raw) && generic.getActualTypeArguments().length == 1
                        ? generic.getActualTypeArguments()[0]
                        : type;
    }

    /**
     * Waits until a result is complete. If the thread is interrupted meanwhile, the result is cancelled.
     *
     * @return its value; the result itself if it is not asynchronous
     * @throws Exception if the result failed
     */
    static @Nullable Object await(@Nullable Object result) throws Exception {
        Future<?> future = future(result);
        if (future == null) {
            return result;
        }
        try {
            return future.get();
        } catch (InterruptedException e) {
            future.cancel(true);
            throw e;
        } catch (ExecutionException e) {
            throw failure(e);
        }
    }

    private static @Nullable Future<?> future(@Nullable Object result) {
        if (result instanceof Future<?> future) {
            return future;
        }
        if (result instanceof CompletionStage<?> stage) {
            return stage.toCompletableFuture();
        }
        ReactiveAdapter adapter = result == null ? null : adapter(result.getClass());
        if (result == null || adapter == null) {
            return null;
        }
        if (adapter.isMultiValue()) {
            throw new IllegalStateException("A " + result.getClass().getName()
                    + " may have several values. A reply has one: collect them to a list.");
        }
        return Mono.from(adapter.toPublisher(result)).toFuture();
    }

    private static Exception failure(ExecutionException e) {
        Throwable cause = e.getCause();
        if (cause instanceof Error error) {
            throw error;
        }
        return cause instanceof Exception exception ? exception : e;
    }

    private static @Nullable ReactiveAdapter adapter(Class<?> type) {
        return REACTOR ? ReactiveAdapterRegistry.getSharedInstance().getAdapter(type) : null;
    }
}
