package io.resourcelink.benchmark.channel;

import java.util.ArrayList;
import java.util.List;

import io.resourcelink.benchmark.Mode;

/** All ways that are compared, in the order of the tables. */
final class Ways {

    static final List<Way> ALL = all();

    private Ways() {}

    private static List<Way> all() {
        List<Way> ways = new ArrayList<>();
        for (Mode mode : Mode.values()) {
            for (Variant variant : Variant.values()) {
                ways.add(new ChannelWay(mode, variant));
            }
            ways.add(new SocketWay(mode));
            if (mode == Mode.SPINNING) {
                ways.addAll(List.of(new AeronWay(), new RingWay(), new MemoryWay()));
            }
        }
        return List.copyOf(ways);
    }

    static Way of(int number) {
        return ALL.get(number);
    }

    /** Those that need nothing of the JVM that tests do not give it. */
    static List<Way> forSmoke() {
        return ALL.stream().filter(way -> !(way instanceof AeronWay || way instanceof RingWay)).toList();
    }
}
