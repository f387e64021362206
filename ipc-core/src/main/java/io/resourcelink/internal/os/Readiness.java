package io.resourcelink.internal.os;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Tells which of many descriptors can be read or written, epoll(7), and wakes the thread that waits for that. Any thread may
 * add, change, remove and {@link #wake}. One thread at a time may {@link #await} and read the result. The caller that opened it
 * closes it when no thread uses it any more.
 */
public final class Readiness implements AutoCloseable {

    private static final int EPOLLIN = 1;
    private static final int EPOLLOUT = 4;
    private static final int MAX_EVENTS = 64;
    private static final long WAKEUP = -1;
    private static final int WAKE_ATTEMPTS = 3;

    private final Abi abi = Abi.current();
    private final OpenFile epoll;
    private final OpenFile wakeup;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment events = arena.allocate(16L * MAX_EVENTS, 8);
    private final CallFrame waiting = CallFrame.in(arena);
    /** For a call that must work without heap. Guarded by the monitor. */
    private final CallFrame waking = CallFrame.in(arena);
    private final MemorySegment one = waking.buffer().asSlice(0, 8);

    private Readiness(OpenFile epoll, OpenFile wakeup) {
        this.epoll = epoll;
        this.wakeup = wakeup;
    }

    /**
     * Opens an empty set.
     *
     * @return the set
     */
    public static Readiness open() {
        try (CallFrame frame = new CallFrame()) {
            OpenFile epoll = opened("epoll_create1", WaitCalls.epoll_create1(frame));
            try {
                OpenFile wakeup = opened("eventfd", WaitCalls.eventfd(frame, Libc.O_CLOEXEC | Libc.O_NONBLOCK));
                return with(epoll, wakeup);
            } catch (RuntimeException | Error e) {
                epoll.close();
                throw e;
            }
        }
    }

    private static Readiness with(OpenFile epoll, OpenFile wakeup) {
        try {
            Readiness readiness = new Readiness(epoll, wakeup);
            readiness.add(wakeup, WAKEUP);
            return readiness;
        } catch (RuntimeException | Error e) {
            wakeup.close();
            throw e;
        }
    }

    private static OpenFile opened(String call, int fd) {
        if (fd < 0) {
            throw Errno.failure(call, fd, "readiness");
        }
        return new OpenFile(fd, call);
    }

    /**
     * Watches a descriptor for something to read, or the closing of its other end.
     *
     * @param file the descriptor
     * @param key what {@link #await} calls it, at least 0
     */
    public void add(OpenFile file, long key) {
        control(WaitCalls.EPOLL_CTL_ADD, file, key, EPOLLIN);
    }

    /**
     * Changes what a descriptor is watched for, besides the closing of its other end.
     *
     * @param file the descriptor
     * @param key what {@link #await} calls it
     * @param reading whether for something to read
     * @param writing whether for room to write
     */
    public void change(OpenFile file, long key, boolean reading, boolean writing) {
        control(WaitCalls.EPOLL_CTL_MOD, file, key, (reading ? EPOLLIN : 0) | (writing ? EPOLLOUT : 0));
    }

    /**
     * Ends watching a descriptor. A wait that has begun may still report it.
     *
     * @param file the descriptor
     */
    public void remove(OpenFile file) {
        control(WaitCalls.EPOLL_CTL_DEL, file, 0, 0);
    }

    private void control(int operation, OpenFile file, long key, int interest) {
        try (CallFrame frame = new CallFrame()) {
            MemorySegment event = frame.buffer();
            event.set(ValueLayout.JAVA_INT, 0, interest);
            event.set(ValueLayout.JAVA_LONG_UNALIGNED, abi.epollData(), key);
            int result = WaitCalls.epoll_ctl(frame, epoll.fd(), operation, file.fd(), event);
            if (result < 0) {
                throw Errno.failure("epoll_ctl", result, "readiness");
            }
        }
    }

    /**
     * Waits until a descriptor is ready. Blocks the calling thread in a native call.
     *
     * @param timeoutMillis the longest wait; negative for no limit, 0 for no wait
     * @return how many are ready; 0 if the time is over, or a thread called {@link #wake}
     */
    public int await(int timeoutMillis) {
        int ready = WaitCalls.epoll_wait(waiting, epoll.fd(), events, MAX_EVENTS, timeoutMillis);
        if (ready == -Errno.EINTR) {
            return 0;
        }
        if (ready < 0) {
            throw Errno.failure("epoll_wait", ready, "readiness");
        }
        int kept = 0;
        for (int i = 0; i < ready; i++) {
            if (data(i) == WAKEUP) {
                WaitCalls.read(waiting, wakeup.fd(), waiting.buffer());
            } else {
                MemorySegment.copy(events, (long) i * abi.epollEvent(), events, (long) kept * abi.epollEvent(),
                        abi.epollEvent());
                kept++;
            }
        }
        return kept;
    }

    /** {@return whether a wait would find something ready} Never waits; any thread may ask. */
    public boolean hasReady() {
        try (CallFrame frame = new CallFrame()) {
            MemorySegment polled = frame.buffer().asSlice(0, 8);
            polled.set(ValueLayout.JAVA_INT, 0, epoll.fd());
            polled.set(ValueLayout.JAVA_SHORT, 4, (short) EPOLLIN);
            polled.set(ValueLayout.JAVA_SHORT, 6, (short) 0);
            return WaitCalls.poll(frame, polled, 1, 0) > 0;
        }
    }

    private long data(int index) {
        return events.get(ValueLayout.JAVA_LONG_UNALIGNED, (long) index * abi.epollEvent() + abi.epollData());
    }

    /**
     * {@return the key of a descriptor that the last wait found ready}
     *
     * @param index which, from 0 on
     */
    public long key(int index) {
        return data(index);
    }

    /**
     * {@return whether it can be written}
     *
     * @param index which
     */
    public boolean isWritable(int index) {
        return (interest(index) & EPOLLOUT) != 0;
    }

    /**
     * {@return whether it can be read, or its other end is closed}
     *
     * @param index which
     */
    public boolean isReadable(int index) {
        return (interest(index) & ~EPOLLOUT) != 0;
    }

    private int interest(int index) {
        return events.get(ValueLayout.JAVA_INT_UNALIGNED, (long) index * abi.epollEvent());
    }

    /** Ends the present wait at once, or the next one if no thread waits. Takes no heap of its own. Does nothing if this is closed. */
    public synchronized void wake() {
        if (arena.scope().isAlive()) {
            one.set(ValueLayout.JAVA_LONG, 0, 1);
            wake(waking, wakeup.fd(), one);
        }
    }

    /**
     * Adds to an event descriptor, eventfd(2). If this failed, a thread would go on waiting and no caller could help it, so it
     * is tried a few times.
     */
    static void wake(CallFrame frame, int eventfd, MemorySegment one) {
        for (int attempt = 0; attempt < WAKE_ATTEMPTS && WaitCalls.write(frame, eventfd, one) < 0; attempt++) {
            Thread.onSpinWait();
        }
    }

    @Override
    public synchronized void close() {
        epoll.close();
        wakeup.close();
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
