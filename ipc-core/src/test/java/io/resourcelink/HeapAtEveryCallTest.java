package io.resourcelink;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.resourcelink.error.IpcException;
import io.resourcelink.memory.Reclaimer;
import io.resourcelink.os.SystemCalls;

import static org.assertj.core.api.Assertions.assertThat;

/** A heap that runs out before any system call of a life, for one call or for several in a row, costs nothing but operations. */
@Tag("slow")
@ExtendWith(SharedMemoryDirectory.class)
@Timeout(120)
class HeapAtEveryCallTest {

    /** Throws in place of some calls of this thread, but of those that allocate nothing. */
    private static final class Shortage implements SystemCalls.Companion {

        private static final Set<String> NEED_NO_HEAP = Set.of("close", "munmap", "getpagesize");

        private final int first;
        private final int last;
        private int calls;
        private String where = "";

        Shortage(int first, int count) {
            this.first = first;
            this.last = first + count;
        }

        @Override
        public int before(String function, int nth) {
            if (NEED_NO_HEAP.contains(function)) {
                return 0;
            }
            calls++;
            if (calls >= first && calls < last) {
                where += function + " in " + StackWalker.getInstance().walk(frames -> frames.skip(3)
                        .filter(frame -> frame.getClassName().startsWith("io.resourcelink")).limit(9)
                        .map(frame -> frame.getFileName() + ":" + frame.getLineNumber()).toList()) + "; ";
                throw new OutOfMemoryError("before " + function);
            }
            return 0;
        }
    }

    private interface Operation {

        void run() throws Exception;
    }

    /** An operation that fails costs itself. */
    private static void attempt(Operation operation) {
        try {
            operation.run();
        } catch (OutOfMemoryError | IpcException _) {
            // The next one works again, or the one after: what could not be given back is given back later.
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static void live(ResourceLinkFactory factory, ResourceLinkFactory other) {
        for (int round = 0; round < 3; round++) {
            attempt(() -> {
                try (ResourceLink link = factory.publish("recycled", Payload.of(new byte[8000]));
                        ResourceLink again = link.retain()) {
                    other.tryAcquire("recycled").ifPresent(ResourceLink::close);
                    assertThat(again.refcount()).isPositive();
                }
            });
        }
        attempt(() -> factory.create("small", 10).close());
        attempt(() -> {
            try (ResourceLink link = factory.create("held", 100)) {
                link.renew();
                attempt(() -> other.tryAcquire("held").ifPresent(ResourceLink::close));
            }
        });
        attempt(() -> factory.publish("kept", Payload.of(new byte[5000]),
                CreateOptions.defaults().withTtl(Duration.ofMillis(1)).withKeep(true)).close());
        attempt(() -> factory.remove("kept"));
        attempt(() -> factory.collectOrphans(Duration.ZERO));
    }

    @ParameterizedTest
    @ValueSource(ints = { 1, 3, 10 })
    void nothingIsLost(int calls, Path root) throws IOException {
        List<String> lost = new ArrayList<>();
        int point = 0;
        boolean more = true;
        while (more) {
            point++;
            Path directory = Files.createDirectory(root.resolve("n" + point));
            Shortage shortage = new Shortage(point, calls);
            try (ResourceLinkFactory factory = ResourceLinkFactory.builder().directory(directory).build();
                    ResourceLinkFactory other = ResourceLinkFactory.builder().directory(directory).build()) {
                Thread own = Thread.currentThread();
                try (SystemCalls _ = SystemCalls.accompanied(shortage, thread -> thread.equals(own))) {
                    live(factory, other);
                }
            }
            more = shortage.calls >= point;
            List<String> left = left(directory);
            delete(directory);
            if (!left.isEmpty()) {
                lost.add(point + ": " + left + " after " + shortage.where);
            }
        }
        System.out.println(point + " points, heap lacking for " + calls + " calls");
        assertThat(lost).as(String.join("\n", lost)).isEmpty();
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private static List<String> left(Path directory) {
        Reclaimer.reclaimNow();
        if (!open(directory).isEmpty()) {
            Deadline.await(Duration.ofMillis(500), () -> {
                System.gc();
                Reclaimer.reclaimNow();
                return open(directory).isEmpty();
            });
        }
        return open(directory);
    }

    private static List<String> open(Path directory) {
        List<String> left = new ArrayList<>();
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"));
                Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
            open.map(HeapAtEveryCallTest::target).filter(target -> target.startsWith(directory.toString()))
                    .forEach(left::add);
            maps.filter(line -> line.contains(directory.toString())).forEach(left::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return left;
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException _) {
            return "";
        }
    }
}
