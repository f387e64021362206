package io.resourcelink.boot.claim.listener;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

import org.jspecify.annotations.Nullable;
import org.springframework.util.ClassUtils;
import reactor.core.publisher.Mono;

import io.resourcelink.ResourceLink;

/** Closes the link of a method that has returned, at once or when its result has completed. */
final class Closing {

    private static final boolean REACTOR = ClassUtils.isPresent("reactor.core.publisher.Mono",
            Closing.class.getClassLoader());

    private Closing() {}

    /** {@return whether a result is still to come} */
    static boolean isPending(@Nullable Object result) {
        return result instanceof CompletableFuture<?> || (REACTOR && Monos.isOne(result));
    }

    /**
     * {@return the same result, which closes the link when it completes, in whatever way}
     *
     * @param result a result that is {@linkplain #isPending pending}
     */
    static Object whenComplete(Object result, ResourceLink link) {
        return result instanceof CompletableFuture<?> future
                ? future.whenComplete((_, _) -> link.close())
                : Monos.whenComplete(result, link);
    }

    /**
     * {@return the value of a result}
     *
     * @param result a result that is {@linkplain #isPending pending}
     * @throws Exception what it has failed with
     */
    static @Nullable Object await(Object result) throws Exception {
        CompletableFuture<?> future = result instanceof CompletableFuture<?> given ? given : Monos.future(result);
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw e;
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case Exception failure -> throw failure;
                case Error failure -> throw failure;
                case null, default -> throw e;
            }
        }
    }

    /** Apart, and without Reactor's types in signatures, because Reactor is optional. */
    private static final class Monos {

        static boolean isOne(@Nullable Object result) {
            return result instanceof Mono<?>;
        }

        static Object whenComplete(Object result, ResourceLink link) {
            return ((Mono<?>) result).doOnTerminate(link::close).doOnCancel(link::close);
        }

        static CompletableFuture<?> future(Object result) {
            return ((Mono<?>) result).toFuture();
        }
    }
}
