package io.resourcelink.internal.os;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/*
 * close(2) can wait: for a TCP socket that lingers until its peer has taken the data, or for a device until it is drained. This
 * library sends regular files and pipes only; the receiving thread closes them. Everything else goes to a thread of its own,
 * for which no other thread waits.
 *
 *   Sender: idle -> due -> busy -> due, or idle      due: has something to close, and no thread does it
 *
 * A sender has one thread at most. So a sender that finds a way to block a thread blocks only one, and is cut off when it sends
 * more. Sockets are told not to linger first, so a sender could block a thread only by changing that in the same moment.
 */

/**
 * Closes descriptors that other processes have sent and that may block the closing thread. Thread-safe. Needs no closing: its
 * threads end when there is nothing to do.
 */
public final class StrangeFiles {

    private static final int MOST_THREADS = 4;
    /** As many as one packet carries. */
    private static final int MOST_WAITING = 253;
    private static final long STUCK_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** {@code struct linger}, socket(7): on, for no time. */
    private static final long NO_LINGER = 1;

    /** Where one thread after the other asks what a descriptor is. */
    private static final CallFrame ASKING = CallFrame.shared();
    private static final MemorySegment NO_PATH = ASKING.string("");
    private static final MemorySegment STATX = ASKING.statx();

    private final Deque<Sender> due = new ArrayDeque<>();
    private int threads;

    /** Begins with nothing to close. */
    public StrangeFiles() {}

    /**
     * Makes the place where the descriptors of one sender are closed.
     *
     * @param cutOff ends the connection; called when the sender has sent something that takes long to close, and then more
     * @return the place
     */
    public Sender from(Runnable cutOff) {
        return new Sender(cutOff);
    }

    /** Where the descriptors of one sender are closed. Thread-safe. */
    public final class Sender {

        private final Runnable cutOff;
        private final Deque<Integer> waiting = new ArrayDeque<>();
        private boolean busy;
        private long since;

        private Sender(Runnable cutOff) {
            this.cutOff = cutOff;
        }

        /** Closes a descriptor, at once if that is certain not to wait. */
        void close(int fd) {
            if (isPlain(fd)) {
                Libc.close(ASKING, fd);
            } else if (isStuckAfter(fd)) {
                cutOff.run();
            }
        }

        private boolean isStuckAfter(int fd) {
            synchronized (StrangeFiles.this) {
                waiting.add(fd);
                if (!busy && waiting.size() == 1) {
                    due.add(this);
                }
                begin();
                return waiting.size() > MOST_WAITING || (busy && System.nanoTime() - since > STUCK_NANOS);
            }
        }
    }

    /** Allocates nothing, so that what this library sends is closed without heap. */
    private static boolean isPlain(int fd) {
        synchronized (ASKING) {
            // The kernel must not ask a file system that may not answer.
            int result = Libc.statx(ASKING, fd, NO_PATH, Libc.AT_EMPTY_PATH | Libc.AT_STATX_DONT_SYNC, STATX);
            return result >= 0 && FileStatus.isPlain(STATX);
        }
    }

    /** Called under the monitor. If no thread can be started now, the next descriptor tries again. */
    private void begin() {
        if (threads < MOST_THREADS && !due.isEmpty()) {
            try {
                Thread.ofPlatform().daemon().name("ipc-strange-files").start(this::run);
                threads++;
            } catch (OutOfMemoryError _) {
                // There is no room for a thread; the descriptors wait.
            }
        }
    }

    private void run() {
        try (CallFrame frame = new CallFrame()) {
            closeAll(frame);
        } catch (Throwable _) {
            // There is no heap; the next descriptor starts another thread.
            synchronized (this) {
                threads--;
            }
        }
    }

    private void closeAll(CallFrame frame) {
        Sender sender = null;
        for (;;) {
            int fd;
            synchronized (this) {
                if (sender != null) {
                    sender.busy = false;
                    if (!sender.waiting.isEmpty()) {
                        due.add(sender);
                    }
                }
                sender = due.poll();
                if (sender == null) {
                    threads--;
                    return;
                }
                sender.busy = true;
                sender.since = System.nanoTime();
                fd = sender.waiting.remove();
            }
            closeNow(frame, fd);
        }
    }

    /** Closes a descriptor. A socket drops what it has not sent. */
    private static void closeNow(CallFrame frame, int fd) {
        MemorySegment linger = frame.buffer().asSlice(0, Long.BYTES);
        linger.set(ValueLayout.JAVA_LONG, 0, NO_LINGER);
        SocketCalls.setsockopt(frame, fd, SocketCalls.SO_LINGER, linger);
        Libc.close(frame, fd);
    }
}
