package io.resourcelink;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import io.resourcelink.channel.Channel;
import io.resourcelink.channel.NamedServer;
import io.resourcelink.channel.SubSender;
import io.resourcelink.internal.mapping.Reclaimer;
import io.resourcelink.internal.os.Descriptors;
import io.resourcelink.internal.os.SystemCalls;
import io.resourcelink.internal.store.TransitReference;
import io.resourcelink.segment.Retention;

/**
 * The single operations whose cost is counted, one after the other in one thread: by a factory that recycles, by one that
 * acquires what others made, and by one that keeps nothing.
 */
final class SingleOperations implements AutoCloseable {

    /** Something that is done, and what ends it. */
    interface Step {
        Runnable run();
    }

    /**
     * An operation that can be repeated.
     *
     * @param before what is done first and not counted; it ends after the operation
     * @param counted what is counted; its end is not
     */
    record Operation(Step before, Step counted) {

        /** Does it once, and counts the calls of the calling thread; {@code getpagesize} asks no kernel. */
        Map<String, Integer> calls() {
            Runnable end = before.run();
            Runnable left;
            Map<String, Integer> counts;
            try (SystemCalls calls = SystemCalls.counting(Thread.currentThread()::equals)) {
                left = counted.run();
                counts = calls.counts();
            }
            left.run();
            end.run();
            counts.remove("getpagesize");
            return counts;
        }
    }

    private static final byte[] CONTENT = new byte[4096];
    private static final byte[] SMALL = new byte[100];
    private static final byte[] LARGE = new byte[64 << 10];

    private final ResourceLinkFactory producer;
    private final ResourceLinkFactory consumer;
    private final ResourceLinkFactory fresh;
    private final ResourceLink held;
    private final Channel receiving;
    private final Channel sending;
    private final NamedServer<byte[]> server;
    private final SubSender<byte[]> sender;
    private int number;

    SingleOperations(Path directory) {
        producer = ResourceLinkFactory.builder().directory(directory).build();
        consumer = ResourceLinkFactory.builder().directory(directory).build();
        fresh = ResourceLinkFactory.builder().directory(directory).recycling(Retention.NONE).mappings(Retention.NONE)
                .build();
        held = fresh.create("held", CONTENT.length);
        producer.publish("first", Content.of(CONTENT)).close();
        Path channels = directory.resolve(".channels");
        receiving = Channel.builder().directory(channels).open();
        sending = Channel.builder().directory(channels).open();
        server = receiving.serve("bytes", byte[].class);
        sender = connected();
    }

    private SubSender<byte[]> connected() {
        try {
            return sending.connect("bytes", byte[].class);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    Map<String, Operation> all() {
        Map<String, Operation> all = new LinkedHashMap<>();
        all.put("create", alone(() -> fresh.create(key(), CONTENT.length)::close));
        all.put("publish, fresh", alone(() -> fresh.publish(key(), Content.of(CONTENT))::close));
        all.put("publish, recycled", alone(() -> producer.publish(key(), Content.of(CONTENT))::close));
        all.put("acquire, cold", alone(() -> consumer.acquire("held")::close));
        all.put("acquire, open here already",
                new Operation(() -> consumer.acquire("held")::close, () -> consumer.acquire("held")::close));
        all.put("acquire, warm", acquiringWarm());
        all.put("link into a message", alone(() -> {
            Transits.of(held).sent();
            return SingleOperations::nothing;
        }));
        all.put("link from a message, cold", accepting(() -> sent(held), () -> SingleOperations::nothing));
        all.put("link from a message, open here already",
                accepting(() -> sent(held), () -> consumer.acquire("held")::close));
        all.put("link from a message, warm", acceptingWarm());
        all.put("payload, the first time", viewing(fresh));
        all.put("payload, the first time, recycled", viewing(producer));
        all.put("retain", alone(() -> held.retain()::close));
        all.put("close, others hold it", closing(() -> consumer.acquire("held")::close));
        all.put("close, the last", closing(() -> fresh.create(key(), CONTENT.length)::close));
        all.put("close, by its producer", closing(() -> producer.publish(key(), Content.of(CONTENT))::close));
        all.put("info", alone(() -> {
            consumer.info("held");
            return SingleOperations::nothing;
        }));
        all.put("list of 10", new Operation(this::nineMore, () -> {
            consumer.list();
            return SingleOperations::nothing;
        }));
        all.put("renew", alone(() -> {
            held.renew();
            return SingleOperations::nothing;
        }));
        all.put("send 100 bytes", alone(() -> sent(SMALL)));
        all.put("send 64 KiB, in a region", alone(() -> sent(LARGE)));
        return all;
    }

    private Runnable sent(byte[] message) {
        try {
            sender.send(message);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return this::receive;
    }

    private void receive() {
        try {
            server.receiver().receive();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Operation alone(Step step) {
        return new Operation(() -> SingleOperations::nothing, step);
    }

    /** Counts the end of a step. */
    private static Operation closing(Step step) {
        List<Runnable> ends = new ArrayList<>();
        return new Operation(() -> {
            ends.add(step.run());
            return SingleOperations::nothing;
        }, () -> {
            ends.removeLast().run();
            return SingleOperations::nothing;
        });
    }

    /** The consumer has had the file before, under the key that it had then. */
    private Operation acquiringWarm() {
        List<String> keys = new ArrayList<>();
        return new Operation(() -> {
            String before = key();
            ResourceLink made = producer.publish(before, Content.of(CONTENT));
            consumer.acquire(before).close();
            made.close();
            keys.add(key());
            return producer.publish(keys.getLast(), Content.of(CONTENT))::close;
        }, () -> consumer.acquire(keys.removeLast())::close);
    }

    /** Counts what the receiver of a link does. */
    private static Operation accepting(Supplier<TransitReference<ResourceLink>> sent, Step before) {
        List<TransitReference<ResourceLink>> received = new ArrayList<>();
        return new Operation(() -> {
            Runnable end = before.run();
            received.add(sent.get());
            return end;
        }, () -> received.removeLast().accept()::close);
    }

    /** The consumer has had the file before, under the key that it had then. */
    private Operation acceptingWarm() {
        List<ResourceLink> made = new ArrayList<>();
        return accepting(() -> sent(made.removeLast()), () -> {
            ResourceLink before = producer.publish(key(), Content.of(CONTENT));
            sent(before).accept().close();
            before.close();
            ResourceLink again = producer.publish(key(), Content.of(CONTENT));
            made.add(again);
            return again::close;
        });
    }

    /** Returns what the consumer gets of a link that was sent to it. */
    private TransitReference<ResourceLink> sent(ResourceLink link) {
        try (TransitReference<ResourceLink> transit = Transits.of(link)) {
            return Transits.received(consumer, link.key(), link.kind(), Descriptors.duplicate(transit.file()));
        }
    }

    /** All views have ended before: a view that has not can open again. */
    private Operation viewing(ResourceLinkFactory made) {
        List<ResourceLink> acquired = new ArrayList<>();
        return new Operation(() -> {
            String key = key();
            ResourceLink link = made.publish(key, Content.of(CONTENT));
            acquired.add(consumer.acquire(key));
            return () -> {
                acquired.removeLast().close();
                link.close();
                Reclaimer.reclaimNow();
            };
        }, () -> {
            acquired.getLast().payload();
            return SingleOperations::nothing;
        });
    }

    private Runnable nineMore() {
        List<ResourceLink> made = new ArrayList<>();
        while (made.size() < 9) {
            made.add(fresh.create(key(), CONTENT.length));
        }
        return () -> made.forEach(ResourceLink::close);
    }

    private static void nothing() {}

    private String key() {
        number++;
        return "key-" + number;
    }

    @Override
    public void close() {
        sender.close();
        server.close();
        sending.close();
        receiving.close();
        held.close();
        fresh.close();
        consumer.close();
        producer.close();
    }
}
