package io.resourcelink.internal.wire;

import java.lang.management.ManagementFactory;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;

import com.sun.management.ThreadMXBean;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class FifoTest {

    @RepeatedTest(20)
    void isAQueue() {
        Random random = new Random();
        Fifo<Integer> fifo = new Fifo<>();
        Deque<Integer> model = new ArrayDeque<>();
        for (int step = 0; step < 2_000; step++) {
            switch (random.nextInt(5)) {
                case 0, 1 -> {
                    fifo.add(step);
                    model.add(step);
                }
                case 2 -> fifo.reserve(random.nextInt(100));
                default -> assertThat(fifo.poll()).isEqualTo(model.poll());
            }
            assertThat(fifo.size()).isEqualTo(model.size());
            assertThat(fifo.peek()).isEqualTo(model.peek());
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
}
