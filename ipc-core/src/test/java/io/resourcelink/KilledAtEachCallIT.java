package io.resourcelink;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Processes that live one life, each killed at another point of it: before and after the calls of the C library that such a
 * life makes. What another process holds stays as it is, what was sent comes whole or not at all, and one sweep takes what is
 * left. A sample of the points, another one in each run; {@code -Dipc.thorough} takes them all.
 */
@Tag("slow")
@ExtendWith({ NothingLeft.class, SharedMemoryDirectory.class })
class KilledAtEachCallIT {

    private static final int SAMPLE = 4;
    private static final int AT_ONCE = 2;

    /** This process, which looks at what another one leaves. Used by one thread. */
    interface Witness extends AutoCloseable {

        /**
         * Has a process live until a point, and looks at what it has left.
         *
         * @param point where it kills itself. If its life has fewer points, it is not killed
         * @return how many points there were, or -1 if it was killed
         */
        int outlive(int point) throws Exception;

        /** {@return how often one sweep was not enough} */
        int sweptAgain();

        @Override
        void close();
    }

    private interface Witnesses {

        Witness on(Path directory) throws Exception;
    }

    @Test
    void aProcessMayDieAtAnyPoint(Path directory) throws Exception {
        killAtEachPoint(directory, Survivor::new);
    }

    /** One of the consumers of a queue and of the subscribers of a topic, which others serve as well. */
    @Test
    void oneOfSeveralMayDieAtAnyPoint(Path directory) throws Exception {
        killAtEachPoint(directory, SurvivingMember::new);
    }

    private static void killAtEachPoint(Path directory, Witnesses witnesses) throws Exception {
        int points;
        try (Witness survivor = witnesses.on(directory.resolve("whole"))) {
            points = survivor.outlive(Integer.MAX_VALUE);
        }
        IntPredicate sample = Effort.everyOf(points + " points", points / SAMPLE);
        AtomicInteger next = new AtomicInteger();
        AtomicInteger killed = new AtomicInteger();
        AtomicInteger sweptAgain = new AtomicInteger();
        List<Future<?>> running = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
            for (int thread = 0; thread < AT_ONCE; thread++) {
                Path own = directory.resolve("survivor-" + thread);
                running.add(threads.submit(() -> {
                    try (Witness survivor = witnesses.on(own)) {
                        for (int point = next.getAndIncrement(); point < points; point = next.getAndIncrement()) {
                            killed.addAndGet(sample.test(point) && isKilled(survivor, point) ? 1 : 0);
                        }
                        sweptAgain.addAndGet(survivor.sweptAgain());
                    }
                    return null;
                }));
            }
        }
        for (Future<?> future : running) {
            future.get();
        }
        System.out.println("Killed at " + killed + " of " + points + " points, each before or after a system call; "
                + sweptAgain + " times one sweep was not enough");
        assertThat(killed.get()).isPositive();
    }

    /** A life that makes fewer calls than the first one ends by itself. */
    private static boolean isKilled(Witness survivor, int point) throws Exception {
        try {
            return survivor.outlive(point) < 0;
        } catch (Throwable e) {
            throw new AssertionError("Killed at point " + point, e);
        }
    }
}
