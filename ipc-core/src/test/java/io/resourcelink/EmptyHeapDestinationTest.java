package io.resourcelink;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.IntPredicate;
import java.util.function.Supplier;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.resourcelink.internal.os.SystemCalls;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A heap that runs out at any moment of the life of a queue and a topic, and stays empty for a while: no message is lost of which
 * nobody is told, no entry is left that looks alive, and no thread, descriptor or file stays. A sample of the moments; {@code
 * -Dipc.thorough} takes them all.
 */
@Tag("slow")
@ExtendWith({ NothingLeft.class, SharedMemoryDirectory.class })
@Timeout(1800)
class EmptyHeapDestinationTest {

    private static final int SAMPLE = 6;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** A life at one of whose moments the heap runs out. */
    private interface Life {

        /** Lives once, and answers how many moments there are. */
        int live(int moment, Path directory, StringBuilder where) throws Exception;
    }

    private static void assertNothingIsLost(String what, Path root, Life life) throws Exception {
        List<String> wrong = new ArrayList<>();
        int moments = life.live(Integer.MAX_VALUE, Files.createDirectory(root.resolve("whole")), new StringBuilder());
        IntPredicate sample = Effort.everyOf(moments + " moments", moments / SAMPLE);
        int lives = 0;
        for (int moment = 1; moment <= moments; moment++) {
            if (!sample.test(moment)) {
                continue;
            }
            NothingLeft.Holdings before = NothingLeft.Holdings.now();
            Path directory = Files.createDirectory(root.resolve("n" + moment));
            StringBuilder where = new StringBuilder();
            lives++;
            try {
                life.live(moment, directory, where);
            } catch (AssertionError e) {
                wrong.add(moment + ": " + e + " after " + where);
            }
            List<String> left = new ArrayList<>();
            Deadline.await(PATIENCE, () -> {
                left.clear();
                left.addAll(NothingLeft.Holdings.now().minus(before));
                return left.isEmpty();
            });
            left.addAll(files(directory));
            if (!left.isEmpty()) {
                wrong.add(moment + ": left " + left + " after " + where);
            }
        }
        System.out.println(lives + " of " + moments + " moments, " + what);
        assertThat(wrong).as(String.join("\n", wrong)).isEmpty();
    }

    private static List<String> files(Path directory) throws IOException {
        Path channels = directory.resolve("channels");
        try (var all = Files.walk(directory)) {
            return all.filter(path -> !path.equals(directory) && !path.equals(channels)).map(Path::toString).toList();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = { 1, 10 })
    void beforeEverySystemCall(int count, Path root) throws Exception {
        assertNothingIsLost("no heap for " + count + " system calls", root, (moment, directory, where) -> {
            CallShortage shortage = new CallShortage(moment, moment == Integer.MAX_VALUE ? 0 : count);
            Thread own = Thread.currentThread();
            try {
                new EmptyHeapDestinationLife().accept(directory,
                        () -> SystemCalls.accompanied(shortage, own::equals));
            } finally {
                where.append(shortage.where());
            }
            return shortage.calls();
        });
    }

    @ParameterizedTest
    @ValueSource(ints = 1)
    void atEveryAllocation(int count, Path root) throws Exception {
        @SuppressWarnings("unchecked")
        var life = (BiConsumer<Path, Supplier<AutoCloseable>>) Ration.loader()
                .loadClass(EmptyHeapDestinationLife.class.getName()).getDeclaredConstructor().newInstance();
        life.accept(Files.createDirectory(root.resolve("first")), () -> () -> {});
        assertNothingIsLost("no heap for " + count + " allocations", root, (moment, directory, where) -> {
            Ration[] ration = new Ration[1];
            try {
                life.accept(directory, () -> {
                    ration[0] = Ration.begin(moment, moment == Integer.MAX_VALUE ? 0 : count);
                    return Ration::end;
                });
            } finally {
                where.append(Arrays.stream(ration[0].where()).skip(2).limit(14)
                        .map(frame -> frame.getFileName() + ":" + frame.getLineNumber()).toList());
            }
            return ration[0].taken();
        });
    }
}
