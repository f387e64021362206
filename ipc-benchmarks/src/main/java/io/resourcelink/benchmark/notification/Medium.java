package io.resourcelink.benchmark.notification;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** What carries numbers between two processes. */
enum Medium {

    /** A Unix-domain socket on which both sides sleep. */
    SOCKET("Unix socket, blocking") {
        @Override
        Signal call(Path directory) throws IOException {
            return LineSignal.call(directory, 0);
        }

        @Override
        Signal answer(Path directory) throws IOException {
            return LineSignal.answer(directory, 0);
        }
    },

    /** A Unix-domain socket on which both sides look before they sleep. */
    SOCKET_SPIN("Unix socket, non-blocking for 100 µs first") {
        @Override
        Signal call(Path directory) throws IOException {
            return LineSignal.call(directory, Spin.TIME.toNanos());
        }

        @Override
        Signal answer(Path directory) throws IOException {
            return LineSignal.answer(directory, Spin.TIME.toNanos());
        }
    },

    /** A channel that sleeps at once. */
    CHANNEL("channel, spin off") {
        @Override
        Signal call(Path directory) {
            return ChannelSignal.call(directory, Duration.ZERO);
        }

        @Override
        Signal answer(Path directory) throws InterruptedException {
            return ChannelSignal.answer(directory, Duration.ZERO);
        }
    },

    /** A channel that looks before it sleeps. */
    CHANNEL_SPIN("channel, spin 100 µs") {
        @Override
        Signal call(Path directory) {
            return ChannelSignal.call(directory, Spin.TIME);
        }

        @Override
        Signal answer(Path directory) throws InterruptedException {
            return ChannelSignal.answer(directory, Spin.TIME);
        }
    },

    /** Two numbers in a segment, at which both sides look without sleeping. */
    MEMORY("shared cache line, polling") {
        @Override
        Signal call(Path directory) {
            return MemorySignal.call(directory);
        }

        @Override
        Signal answer(Path directory) {
            return MemorySignal.answer(directory);
        }
    };

    private final String label;

    Medium(String label) {
        this.label = label;
    }

    String label() {
        return label;
    }

    /** Opens the end that measures. */
    abstract Signal call(Path directory) throws IOException, InterruptedException;

    /** Opens the end that answers. The other one is there. */
    abstract Signal answer(Path directory) throws IOException, InterruptedException;

    /** How long those look that look. Not a field of the constants, which are made before it. */
    private static final class Spin {

        static final Duration TIME = Duration.ofNanos(100_000);
    }
}
