package io.resourcelink.benchmark.channel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

import io.resourcelink.benchmark.handoff.Checksum;
import io.resourcelink.channel.ChannelBuilder;
import io.resourcelink.memory.SharedMemory;

/**
 * How a channel is used. To measure something else that can be asked of a channel or of a region, add a constant here that says what it
 * asks for and which workloads it concerns: its rows come by themselves.
 */
enum Variant {

    /** As it comes. */
    DEFAULTS("channel") {
        @Override
        boolean concerns(Workload workload) {
            return true;
        }
    },

    /** Several threads send, each its part of the messages. One way alone. */
    FOUR_THREADS("channel, 4 threads send") {
        @Override
        boolean concerns(Workload workload) {
            return workload == Workload.RECORD || workload == Workload.BYTES;
        }

        @Override
        int threads() {
            return 4;
        }
    },

    /** A payload goes as bytes, which the library puts into a region if there are many. */
    AS_BYTES("channel, as `byte[]`") {
        @Override
        boolean concerns(Workload workload) {
            return workload == Workload.FILLED_64_KIB || workload == Workload.FILLED_1_MIB;
        }
    },

    /** Small messages wait for others. One way alone. */
    BATCHING("channel, batching") {
        @Override
        boolean concerns(Workload workload) {
            return workload == Workload.RECORD || workload == Workload.BYTES;
        }

        @Override
        ChannelBuilder channel(ChannelBuilder builder) {
            return builder.batching(true);
        }
    },

    /** A region is filled in memory that earlier ones have used. */
    RECYCLED("channel, recycled region") {
        @Override
        boolean concerns(Workload workload) {
            return workload.isFilled();
        }

        @Override
        SharedMemory region(byte[] content) {
            try (SharedMemory.Builder builder = SharedMemory.recycledBuilder(content.length)) {
                MemorySegment.copy(content, 0, builder.memory(), ValueLayout.JAVA_BYTE, 0, content.length);
                return builder.build();
            }
        }
    },

    /** The same, filled and read within a call each, so that no view is left to be ended. */
    RECYCLED_IN_CALLS("channel, recycled region in calls") {

        @Override
        boolean concerns(Workload workload) {
            return workload.isFilled();
        }

        @Override
        SharedMemory region(byte[] content) {
            return SharedMemory.recycled(content.length,
                    memory -> MemorySegment.copy(content, 0, memory, ValueLayout.JAVA_BYTE, 0, content.length));
        }

        @Override
        long sum(SharedMemory region) {
            return region.read(Checksum::of);
        }
    };

    private final String label;

    Variant(String label) {
        this.label = label;
    }

    String label() {
        return label;
    }

    abstract boolean concerns(Workload workload);

    /** {@return how many threads send} If there are several, nothing is answered but the last message. */
    int threads() {
        return 1;
    }

    /** Asks for what this variant wants of a channel. Here is the place for what makes one-way messages cheaper. */
    ChannelBuilder channel(ChannelBuilder builder) {
        return builder;
    }

    /** Fills a region, of which this variant may want something. */
    SharedMemory region(byte[] content) {
        return SharedMemory.fromBytes(content);
    }

    /** Reads a region, of which this variant may want something. */
    long sum(SharedMemory region) {
        return Checksum.of(region.asSegment());
    }

    /** {@return what a message is} */
    Parcel<?> parcel(Workload workload) {
        if (workload.isRecord()) {
            return Parcel.record();
        }
        if (workload.isResent()) {
            return Parcel.resent(workload);
        }
        return workload.isFilled() && this != AS_BYTES
                ? Parcel.filled(workload, this::region, this::sum)
                : Parcel.bytes(workload);
    }
}
