package io.resourcelink.internal.wire;

import java.lang.management.ManagementFactory;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;

import com.sun.management.ThreadMXBean;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class FifoTest {

    @RepeatedTest(20)
    void isAQueue() {
        Random random = new Random();
        Fifo<Integer> fifo = new Fifo<>();
        Deque<Integer> model = new ArrayDeque<>();
        for (int step = 0; step < 2_000; step++) {
            switch (random.nextInt(7)) {
                case 0, 1, 2 -> {
                    fifo.add(step);
                    model.add(step);
                }
                case 3 -> fifo.reserve(random.nextInt(100));
                case 4 -> {
                    int count = random.nextInt(3);
                    fifo.remove(count);
                    for (int removed = 0; removed < count; removed++) {
                        model.poll();
                    }
                }
                default -> assertThat(fifo.poll()).isEqualTo(model.poll());
            }
            assertThat(fifo.size()).isEqualTo(model.size());
            assertThat(fifo.isEmpty()).isEqualTo(model.isEmpty());
            assertThat(fifo.peek()).isEqualTo(model.peek());
            if (!model.isEmpty()) {
                assertThat(fifo.get(fifo.size() - 1)).isEqualTo(model.peekLast());
                assertThat(fifo.get(0)).isEqualTo(model.peekFirst());
            }
        }
    }

    @Test
    void addingNeedsNoHeapWhereRoomWasMade() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Fifo<Object> fifo = new Fifo<>();
        Object element = new Object();
        fifo.add(element);
        fifo.reserve(1_000);
        threads.getCurrentThreadAllocatedBytes();
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int count = 0; count < 1_000; count++) {
            fifo.add(element);
        }
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isZero();
    }

    @Test
    void hasNoElementBeyondItsEnd() {
        Fifo<Object> fifo = new Fifo<>();
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> fifo.get(0));
        fifo.add("one");
        assertThat(fifo.get(0)).isEqualTo("one");
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> fifo.get(1));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> fifo.get(-1));
    }
}
