package io.resourcelink.benchmark.handoff;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

import io.resourcelink.benchmark.handoff.SegmentWay.Kept;
import io.resourcelink.memory.SharedMemory;

/** All ways that are compared, in the order of the tables. */
final class Ways {

    /** Long enough for a payload of a mebibyte, short enough to be nothing beside a larger one. */
    private static final Duration SPIN = Duration.ofNanos(100_000);

    private static final List<Way> ALL = List.of(
            new FileWay("file", "file in /dev/shm, `Files.write` + `readAllBytes`"),
            new HttpWay("http", "HTTP on loopback, `RestClient` to the JDK's server"),
            new SocketWay("tcp", "TCP on loopback", false),
            new SocketWay("unix", "Unix-domain `SocketChannel`", true),
            new ChronicleWay("chronicle", "Chronicle Queue (polling)"),
            new AeronWay("aeron", "Aeron IPC (busy polling)"),
            new SegmentWay("fresh-mapping", "fresh segment, filled through the mapping", SegmentWay::throughMapping,
                    Kept.NOWHERE, 0, false),
            new SegmentWay("fresh", "fresh segment, written as `Content.of`", SegmentWay::asContent, Kept.NOWHERE, 0,
                    false),
            new SegmentWay("huge-fresh-mapping", "fresh, through the mapping, huge pages", SegmentWay::throughMapping,
                    Kept.NOWHERE, 0, true),
            new SegmentWay("huge-fresh", "fresh, as `Content.of`, huge pages", SegmentWay::asContent, Kept.NOWHERE, 0,
                    true),
            new SegmentWay("recycled-anew", "recycled, consumer maps anew", SegmentWay::asContent,
                    Kept.BY_THE_PRODUCER, 0, false),
            new SegmentWay("recycled", "recycled, mapped on both sides", SegmentWay::asContent, Kept.ON_BOTH_SIDES, 0,
                    false),
            new SegmentWay("recycled-in-place", "recycled, `Content.overwriting`", SegmentWay::inPlace,
                    Kept.ON_BOTH_SIDES, 0, false),
            new SegmentWay("recycled-spin", "recycled, consumer spins before it sleeps", SegmentWay::asContent,
                    Kept.ON_BOTH_SIDES, SPIN.toNanos(), false),
            new RegionWay("region-resent", "channel: region sent again, nothing to fill", SharedMemory::fromBytes, true,
                    Duration.ZERO),
            new RegionWay("region-fresh", "channel: fresh region", SharedMemory::fromBytes, false, Duration.ZERO),
            new RegionWay("region-recycled", "channel: recycled region", RegionWay::recycled, false, Duration.ZERO));

    private Ways() {}

    static Optional<Way> find(String name) {
        return ALL.stream().filter(way -> way.name().equals(name)).findFirst();
    }

    static Way of(String name) {
        return find(name).orElseThrow(() -> new IllegalArgumentException("No such way: " + name));
    }

    static List<String> names() {
        return ALL.stream().map(Way::name).toList();
    }

    static boolean isOurs(Way way) {
        return way instanceof SegmentWay || way instanceof RegionWay;
    }

    /** Those of this library that need nothing of the system but shared memory. */
    static List<String> ours() {
        return ALL.stream().filter(way -> isOurs(way) && !way.onHugePages()).map(Way::name).toList();
    }

    /** Those for which it matters how much of a payload is read, and one for which it does not. */
    static List<String> forParts() {
        return List.of("unix", "fresh", "recycled-anew", "recycled");
    }

    /** Those that are compared with several consumers. */
    static List<String> forMany() {
        return List.of("unix", "fresh", "recycled");
    }
}
