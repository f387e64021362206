package io.resourcelink.benchmark.channel;

import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

import io.resourcelink.benchmark.handoff.Checksum;
import io.resourcelink.memory.SharedMemory;

/**
 * What a message on a channel is.
 *
 * @param <T> its type
 * @param type its type
 * @param make makes the next one
 * @param sent does what is to be done when it was sent
 * @param read reads one that has come, and closes what it has
 * @param close closes what was sent again and again
 */
record Parcel<T>(Class<T> type, Supplier<T> make, Consumer<T> sent, Consumer<T> read, Runnable close) {

    private static final Sample SAMPLE = new Sample(1_234_567_890L, 20.25, -1.5, "a-sensor-name");

    /** A record whose encoded form has 64 bytes. */
    record Sample(long time, double value, double limit, String source) {}

    /** A record with memory. */
    record Picture(int number, SharedMemory memory) {}

    static Parcel<Sample> record() {
        return new Parcel<>(Sample.class, () -> SAMPLE, _ -> {}, received -> {
            if (!received.equals(SAMPLE)) {
                throw new IllegalStateException("Another record came than was sent: " + received);
            }
        }, () -> {});
    }

    static Parcel<byte[]> bytes(Workload workload) {
        byte[] content = workload.content();
        long sum = workload.sum();
        return new Parcel<>(byte[].class, () -> workload.isFilled() ? content.clone() : content,
                _ -> {}, received -> workload.verify(Checksum.of(received, received.length), sum), () -> {});
    }

    /** {@return an answer: a record to a record, and otherwise bytes that are not looked at} */
    static Parcel<?> answer(Workload workload) {
        if (workload.isRecord()) {
            return record();
        }
        byte[] content = new byte[64];
        return new Parcel<>(byte[].class, () -> content, _ -> {}, _ -> {}, () -> {});
    }

    static Parcel<Picture> filled(Workload workload, Function<byte[], SharedMemory> region,
            ToLongFunction<SharedMemory> reader) {
        byte[] content = workload.content();
        return new Parcel<>(Picture.class, () -> new Picture(1, region.apply(content)),
                picture -> picture.memory().close(), reading(workload, reader), () -> {});
    }

    static Parcel<Picture> resent(Workload workload) {
        Picture picture = new Picture(1, SharedMemory.fromBytes(workload.content()));
        return new Parcel<>(Picture.class, () -> picture, _ -> {},
                reading(workload, memory -> Checksum.of(memory.asSegment())), picture.memory()::close);
    }

    private static Consumer<Picture> reading(Workload workload, ToLongFunction<SharedMemory> reader) {
        long sum = workload.sum();
        return picture -> {
            try (SharedMemory memory = picture.memory()) {
                workload.verify(workload.isRead() ? reader.applyAsLong(memory) : 0, sum);
            }
        };
    }
}
