package io.resourcelink.benchmark.channel;

/**
 * What a comparison sends, again and again.
 *
 * @param kind what a message is
 * @param size its payload's bytes
 * @param touched whether who gets a region reads one byte of each page; through a socket every byte is copied anyway
 * @param virtual whether a virtual thread receives
 */
record Workload(Kind kind, int size, boolean touched, boolean virtual) {

    /** What a message is. */
    enum Kind {
        /** A record of 64 encoded bytes. */
        RECORD("record"),
        /** Bytes that no codec touches. */
        BYTES("bytes"),
        /** The same region every time. */
        RESENT("region, re-sent"),
        /** A region that is made, filled, sent and closed every time. */
        FRESH("region, fresh"),
        /** The same, in memory that was used for earlier ones. */
        RECYCLED("region, recycled");

        private final String label;

        Kind(String label) {
            this.label = label;
        }

        boolean isRegion() {
            return this == RESENT || isFilled();
        }

        /** Whether its content is written for each message. */
        boolean isFilled() {
            return this == FRESH || this == RECYCLED;
        }
    }

    static Workload parse(String[] words) {
        return new Workload(Kind.valueOf(words[0]), Integer.parseInt(words[1]), Boolean.parseBoolean(words[2]),
                Boolean.parseBoolean(words[3]));
    }

    /** For {@link #parse}. */
    String command() {
        return kind + " " + size + " " + touched + " " + virtual;
    }

    String label() {
        String bytes = size >= 1 << 20 ? (size >> 20) + " MiB" : size >= 1 << 10 ? (size >> 10) + " KiB" : size + " B";
        return bytes + " " + kind.label + (touched ? ", touched" : "") + (virtual ? ", virtual thread" : "");
    }

    /** How many messages a channel is given at a time: a tenth of a second's worth, more or less. */
    int channelCount() {
        return switch (kind) {
            case RECORD, BYTES -> 5000;
            case RESENT -> touched ? Math.clamp((1 << 30) / size, 50, 1000) : 1000;
            case FRESH, RECYCLED -> Math.clamp((128 << 20) / size, 3, 1000);
        };
    }

    /** How many messages a socket is given at a time. */
    int socketCount() {
        return kind.isRegion() ? Math.clamp((128 << 20) / size, 3, 1000) : 5000;
    }
}
