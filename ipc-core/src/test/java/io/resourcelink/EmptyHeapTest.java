package io.resourcelink;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.resourcelink.internal.mapping.Reclaimer;
import io.resourcelink.internal.os.Descriptors;
import io.resourcelink.internal.os.SystemCalls;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A heap that runs out at any moment of a life, and stays empty for a while, costs nothing but operations: every descriptor
 * and every mapping is given back. The moments are all system calls, and all allocations of this library's code; in the gate, every
 * eighth one, from another one in each run.
 */
@Tag("slow")
@ExtendWith(SharedMemoryDirectory.class)
@Timeout(120)
class EmptyHeapTest {

    /** One point after the other at which it runs out. */
    private interface Point {

        /** Lives once, and answers how many points there are. */
        int live(int point, Path directory, StringBuilder where) throws Exception;
    }

    private static void assertNothingIsLost(String what, Path root, Point life) throws Exception {
        List<String> lost = new ArrayList<>();
        IntPredicate sample = Effort.everyOf("moments, " + what, 8);
        int points = 1;
        for (int point = 1; point <= points; point++) {
            if (point > 1 && !sample.test(point)) {
                continue;
            }
            Path directory = Files.createDirectory(root.resolve("n" + point));
            StringBuilder where = new StringBuilder();
            try {
                points = life.live(point, directory, where);
            } catch (AssertionError e) {
                throw new AssertionError("point " + point + ", " + what + ", after " + where, e);
            }
            List<String> left = left(directory);
            delete(directory);
            if (!left.isEmpty()) {
                lost.add(point + ": " + left + " after " + where);
            }
        }
        System.out.println(points + " points, " + what);
        assertThat(lost).as(String.join("\n", lost)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = { 1, 3, 10 })
    void beforeEverySystemCall(int count, Path root) throws Exception {
        assertNothingIsLost("no heap for " + count + " system calls", root, (point, directory, where) -> {
            CallShortage shortage = new CallShortage(point, count);
            Thread own = Thread.currentThread();
            new EmptyHeapLife().accept(directory, () -> SystemCalls.accompanied(shortage, own::equals));
            where.append(shortage.where());
            return shortage.calls();
        });
    }

    @ParameterizedTest
    @ValueSource(ints = { 1, 10 })
    void atEveryAllocation(int count, Path root) throws Exception {
        @SuppressWarnings("unchecked")
        var life = (BiConsumer<Path, Supplier<AutoCloseable>>) Ration.loader().loadClass(EmptyHeapLife.class.getName())
                .getDeclaredConstructor().newInstance();
        Path first = Files.createDirectory(root.resolve("first"));
        life.accept(first, () -> () -> {});
        delete(first);
        assertNothingIsLost("no heap for " + count + " allocations", root, (point, directory, where) -> {
            Ration[] ration = new Ration[1];
            try {
                life.accept(directory, () -> {
                    ration[0] = Ration.begin(point, count);
                    return Ration::end;
                });
            } finally {
                where.append(Arrays.stream(ration[0].where()).skip(2).limit(12)
                        .map(frame -> frame.getFileName() + ":" + frame.getLineNumber()).toList());
            }
            return ration[0].taken();
        });
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
        try {
            List<String> left = new ArrayList<>(SharedMemoryDirectory.openDescriptors(directory));
            left.addAll(Descriptors.mappings(directory.toString()));
            return left;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
