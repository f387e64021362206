package io.resourcelink.channel;

import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.resourcelink.ResourceLinkListener;
import io.resourcelink.channel.jackson.JacksonCodec;
import io.resourcelink.error.IpcException;
import io.resourcelink.segment.OrphanReport;
import io.resourcelink.segment.OrphanReport.Collected;
import io.resourcelink.segment.ResourceKind;

/** All that users implement, each of which tells an injection that it was called, before it does anything. */
final class Hooks {

    /** What a message tells while Jackson writes or reads it. Jackson makes messages, and knows no injection. */
    private static final ThreadLocal<Runnable> JACKSON = ThreadLocal.withInitial(() -> () -> {});

    private final Injection injection;
    final AtomicInteger leaked = new AtomicInteger();
    final AtomicInteger collected = new AtomicInteger();
    final AtomicInteger connectionsFailed = new AtomicInteger();
    final AtomicInteger unhandled = new AtomicInteger();

    Hooks(Injection injection) {
        this.injection = injection;
    }

    ResourceLinkListener links() {
        return new ResourceLinkListener() {
            @Override
            public void created(String key, ResourceKind kind, long size, Duration took) {
                injection.called("ResourceLinkListener.created");
            }

            @Override
            public void acquired(String key, ResourceKind kind, long size, Duration took) {
                injection.called("ResourceLinkListener.acquired");
            }

            @Override
            public void released(String key, ResourceKind kind, long size, Duration took) {
                injection.called("ResourceLinkListener.released");
            }

            @Override
            public void failed(Operation operation, @Nullable String key, RuntimeException failure, Duration took) {
                injection.called("ResourceLinkListener.failed");
            }

            @Override
            public void swept(OrphanReport report, Duration took) {
                injection.called("ResourceLinkListener.swept");
            }

            @Override
            public void collected(Collected orphan) {
                collected.incrementAndGet();
                injection.called("ResourceLinkListener.collected");
            }

            @Override
            public void leaked(String key, @Nullable Throwable acquired) {
                leaked.incrementAndGet();
                injection.called("ResourceLinkListener.leaked");
                ResourceLinkListener.super.leaked(key, acquired);
            }
        };
    }

    ChannelListener connections() {
        return new ChannelListener() {
            @Override
            public void failed(IpcException failure) {
                connectionsFailed.incrementAndGet();
                injection.called("ChannelListener.failed");
            }

            @Override
            public void unhandled(UnhandledMessages messages) {
                unhandled.incrementAndGet();
                injection.called("ChannelListener.unhandled");
            }
        };
    }

    /** Runs a task at once. */
    Executor executor() {
        return task -> {
            injection.called("Executor.execute");
            task.run();
        };
    }

    Codec codec() {
        Codec jackson = new JacksonCodec();
        return new Codec() {
            @Override
            public byte[] encode(Object message, MessageType<?> type, Outgoing attachments) {
                injection.called("Codec.encode");
                return using("ObjectWriter.writeValueAsBytes", () -> jackson.encode(message, type, attachments));
            }

            @Override
            public <T> T decode(byte[] body, MessageType<T> type, Incoming attachments) {
                T message = using("ObjectReader.readValue", () -> jackson.decode(body, type, attachments));
                injection.called("Codec.decode");
                return message;
            }
        };
    }

    private <T> T using(String target, Supplier<T> work) {
        JACKSON.set(() -> injection.called(target));
        try {
            return work.get();
        } finally {
            JACKSON.remove();
        }
    }

    /** A message whose class can fail: when it is made from bytes, and when it is asked for what it holds. */
    record Note(int number) {

        Note {
            JACKSON.get().run();
        }

        @Override
        public int number() {
            JACKSON.get().run();
            return number;
        }
    }

    /** The router's thread. */
    ThreadFactory threads() {
        ThreadFactory daemons = Thread.ofPlatform().daemon().name("ipc-router").factory();
        return work -> {
            injection.called("ThreadFactory.newThread");
            return daemons.newThread(work);
        };
    }

    /** A queue that can fail. */
    LinkedBlockingQueue<Note> queue() {
        return new LinkedBlockingQueue<>() {

            @Override
            public void put(Note note) throws InterruptedException {
                super.put(note);
                injection.called("BlockingQueue.put");
            }
        };
    }

    /** A handler that takes every message into a collection. */
    Router.Handler<Note> taking(Collection<Note> taken) {
        return note -> {
            taken.add(note);
            injection.called("Router$Handler.message");
        };
    }

    /** A handler that fails at every message and is told so, and fails at that, too, if it is to. */
    Router.Handler<Note> failing(Collection<Note> taken) {
        return new Router.Handler<>() {
            @Override
            public void message(Note note) {
                taken.add(note);
                throw new IllegalStateException("thrown by a handler");
            }

            @Override
            public void failed(Throwable failure) {
                injection.called("Router$Handler.failed");
                Router.Handler.super.failed(failure);
            }
        };
    }
}
