package io.resourcelink.campaign;

import java.util.List;

/**
 * Code that is changed, and the tests that must notice it. They start no JVM, and write only to directories that they are given.
 *
 * @param name the name of the part
 * @param classes what is changed
 * @param tests what is run
 * @param floor how many of a hundred changes must be noticed
 */
record MutatedCode(String name, List<String> classes, List<String> tests, int floor) {

    private static final String INTERNAL = "io.resourcelink.internal.";

    static List<MutatedCode> all() {
        return List.of(
                of("format", 97, List.of("format.*"), List.of("format.*Test")),
                of("locks", 96, List.of("os.Lock*", "os.DirectoryLock"),
                        List.of("os.LockTableTest", "os.DirectoryTest")),
                of("collector", 85,
                        List.of("store.directory.Collector*", "store.directory.ForeignHolders*",
                                "store.directory.Backoff", "store.Verdict*"),
                        List.of("store.directory.CollectorTest", "store.directory.CollectionStepsTest",
                                "store.directory.UnlockedHoldersTest", "store.VerdictTest")),
                of("wire", 93,
                        List.of("wire.HeaderFormat", "wire.Fifo", "wire.SettledNumbers*", "wire.Nanos",
                                "wire.HostClock", "wire.Window", "wire.Lifetime", "wire.DestinationName"),
                        List.of("wire.HeaderFormatTest", "wire.FifoTest", "wire.SettledNumbersTest", "wire.NanosTest",
                                "wire.HostClockTest", "wire.WindowTest", "wire.LifetimeTest",
                                "wire.DestinationNameTest")),
                of("frames", 94, List.of("wire.FrameEncoder*", "wire.FrameDecoder*", "wire.FrameLayout*"),
                        List.of("wire.FrameTest", "wire.MalformedFrameTest", "wire.RandomFrameTest")));
    }

    private static MutatedCode of(String name, int floor, List<String> classes, List<String> tests) {
        return new MutatedCode(name, inside(classes), inside(tests), floor);
    }

    private static List<String> inside(List<String> names) {
        return names.stream().map(INTERNAL::concat).toList();
    }
}
