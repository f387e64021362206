package io.resourcelink.memory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.resourcelink.Deadline;
import io.resourcelink.Ration;
import io.resourcelink.internal.os.Descriptors;

import static org.assertj.core.api.Assertions.assertThat;

/** A heap that runs out at any allocation of the library costs an operation, and no descriptor and no mapping. */
class EmptyHeapMemoryTest {

    /** Of ordinary memory and of recycled memory. */
    private static final String OURS = "resourcelink";

    @ParameterizedTest
    @ValueSource(ints = { 1, 10 })
    void nothingIsLostAtAnyAllocation(int count) throws ReflectiveOperationException {
        @SuppressWarnings("unchecked")
        var life = (Consumer<Runnable>) Ration.loader().loadClass(EmptyHeapMemoryLife.class.getName())
                .getDeclaredConstructor().newInstance();
        life.accept(() -> {});
        List<String> lost = new ArrayList<>();
        int points = 1;
        for (int point = 1; point <= points; point++) {
            Ration ration = Ration.begin(point, count);
            life.accept(Ration::end);
            points = ration.taken();
            if (isLeft()) {
                lost.add(point + " at " + Arrays.stream(ration.where()).skip(2).limit(8)
                        .map(frame -> frame.getFileName() + ":" + frame.getLineNumber()).toList());
                break;
            }
        }
        assertThat(lost).as("of " + points + " points").isEmpty();
    }

    private static boolean isLeft() {
        if (left() > 0) {
            Deadline.await(Duration.ofMillis(500), () -> {
                System.gc();
                return left() == 0;
            });
        }
        return left() > 0;
    }

    private static long left() {
        try {
            return Descriptors.count(OURS) + Descriptors.countMappings(OURS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
