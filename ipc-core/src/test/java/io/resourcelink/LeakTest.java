package io.resourcelink;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;

/** Links that nobody closes. */
@Tag("slow")
@ExtendWith(SharedMemoryDirectory.class)
class LeakTest {

    private record Leak(String key, @Nullable Throwable acquired) {}

    private final BlockingQueue<Leak> leaks = new LinkedBlockingQueue<>();

    private ResourceLinkFactory factory(Path directory, LeakDetection detection) {
        return ResourceLinkFactory.builder().directory(directory).leakDetection(detection)
                .listener(new ResourceLinkListener() {
                    @Override
                    public void leaked(String key, @Nullable Throwable acquired) {
                        leaks.add(new Leak(key, acquired));
                    }
                }).build();
    }

    private static void forget(ResourceLinkFactory factory) {
        factory.create("forgotten", 10);
    }

    private static void collectGarbageUntil(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            System.gc();
            assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
        }
    }

    @Test
    void aForgottenLinkIsClosedAndReportedWithTheStackOfWhereItWasMade(Path directory) throws InterruptedException {
        try (ResourceLinkFactory factory = factory(directory, LeakDetection.FULL)) {
            forget(factory);
            collectGarbageUntil(() -> factory.list().isEmpty());
            Leak leak = leaks.poll(30, TimeUnit.SECONDS);
            assertThat(leak).isNotNull();
            assertThat(leak.key()).isEqualTo("forgotten");
            StringWriter stack = new StringWriter();
            Objects.requireNonNull(leak.acquired()).printStackTrace(new PrintWriter(stack));
            assertThat(stack.toString()).contains("LeakTest.forget");
        }
    }

    @Test
    void simpleDetectionReportsTheKeyAlone(Path directory) throws InterruptedException {
        try (ResourceLinkFactory factory = factory(directory, LeakDetection.SIMPLE)) {
            forget(factory);
            collectGarbageUntil(() -> factory.list().isEmpty());
            assertThat(leaks.poll(30, TimeUnit.SECONDS)).isEqualTo(new Leak("forgotten", null));
        }
    }

    @Test
    void withoutDetectionItIsClosedInSilence(Path directory) {
        try (ResourceLinkFactory factory = factory(directory, LeakDetection.OFF)) {
            forget(factory);
            collectGarbageUntil(() -> factory.list().isEmpty());
            assertThat(leaks).isEmpty();
        }
    }

    @Test
    void aClosedLinkIsNoLeakAndNeitherIsOneThatItsFactoryClosed(Path directory) {
        try (ResourceLinkFactory factory = factory(directory, LeakDetection.FULL)) {
            factory.create("closed", 10).close();
            forget(factory);
        }
        Object marker = new Object();
        WeakReference<Object> reached = new WeakReference<>(marker);
        marker = null;
        collectGarbageUntil(() -> reached.get() == null);
        assertThat(leaks).isEmpty();
    }
}
