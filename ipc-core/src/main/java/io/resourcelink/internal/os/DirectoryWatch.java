package io.resourcelink.internal.os;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.resourcelink.error.OsException;

/**
 * Tells what happens in one directory, inotify(7): names that appear, and files that are closed after they were open for
 * writing. Sees all processes, also those of other containers that share the mount.
 *
 * <p>One thread waits; any thread may {@link #wake()} it. The caller that opened the watch closes it when no thread waits any
 * more.
 */
public final class DirectoryWatch implements AutoCloseable {

    private static final int IN_CLOSE_WRITE = 0x8;
    private static final int IN_MOVED_TO = 0x80;
    private static final int IN_CREATE = 0x100;
    private static final int IN_Q_OVERFLOW = 0x4000;
    private static final int IN_IGNORED = 0x8000;
    private static final int CLOEXEC_NONBLOCK = Libc.O_CLOEXEC | Libc.O_NONBLOCK;
    private static final Path LIMITS = Path.of("/proc/sys/fs/inotify");
    private static final short POLLIN = 1;
    private static final long EVENT_HEADER = 16;
    private static final long BUFFER_SIZE = 16 << 10;

    private final Path path;
    private final int inotify;
    private final int wakeup;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment buffer = arena.allocate(BUFFER_SIZE, 8);
    private final MemorySegment polled = arena.allocate(16, 8);
    /** For calls that must work without heap. Guarded by the monitor. */
    private final CallFrame frame = CallFrame.shared();
    private final MemorySegment one = frame.buffer().asSlice(0, 8);
    private boolean closed;

    private DirectoryWatch(Path path, int inotify, int wakeup) {
        this.path = path;
        this.inotify = inotify;
        this.wakeup = wakeup;
        polled.set(ValueLayout.JAVA_INT, 0, inotify);
        polled.set(ValueLayout.JAVA_SHORT, 4, POLLIN);
        polled.set(ValueLayout.JAVA_INT, 8, wakeup);
        polled.set(ValueLayout.JAVA_SHORT, 12, POLLIN);
    }

    /** Something that happened in the directory. */
    public sealed interface Change {

        /**
         * A name has appeared.
         *
         * @param name the name
         */
        record Appeared(String name) implements Change {}

        /**
         * A file that was open for writing was closed. The kernel may need another moment to drop its locks.
         *
         * @param name its name
         */
        record Closed(String name) implements Change {}

        /**
         * A file was closed that was opened before it had a name. The kernel keeps calling it by its number, even after it was
         * given a name.
         *
         * @param inode its number
         */
        record ClosedUnnamed(long inode) implements Change {}

        /** So much happened that the kernel has dropped some of it. */
        record Overflowed() implements Change {}

        /** The directory itself was removed. There will be no more changes. */
        record Ended() implements Change {}
    }

    /**
     * Begins to watch.
     *
     * @param path the directory
     * @return the watch
     * @throws io.resourcelink.error.OsException if the kernel refuses; the message names the limit that was reached, such as
     * {@code fs.inotify.max_user_instances}, which is 128 for each user by default
     */
    public static DirectoryWatch open(Path path) {
        try (CallFrame frame = new CallFrame()) {
            // First, so that this process has a descriptor left if the next call says that something else is used up.
            int wakeup = Errno.checked("eventfd", WaitCalls.eventfd(frame, CLOEXEC_NONBLOCK), path.toString());
            int inotify = -1;
            try {
                inotify = WaitCalls.inotify_init1(frame, CLOEXEC_NONBLOCK);
                if (inotify == -Errno.EMFILE && hasDescriptorLeft(frame)) {
                    throw exhausted("inotify_init1", Errno.EMFILE, "EMFILE", path, "max_user_instances");
                }
                Errno.checked("inotify_init1", inotify, path.toString());
                int added = WaitCalls.inotify_add_watch(frame, inotify, frame.string(path.toString()),
                        IN_CREATE | IN_MOVED_TO | IN_CLOSE_WRITE);
                if (added == -Errno.ENOSPC) {
                    throw exhausted("inotify_add_watch", Errno.ENOSPC, "ENOSPC", path, "max_user_watches");
                }
                Errno.checked("inotify_add_watch", added, path.toString());
                return new DirectoryWatch(path, inotify, wakeup);
            } catch (Throwable e) {
                if (inotify >= 0) {
                    OpenFile.close(inotify);
                }
                OpenFile.close(wakeup);
                throw e;
            }
        }
    }

    /** The error number is the same for the process's limit of descriptors and for the user's limit of instances. */
    private static boolean hasDescriptorLeft(CallFrame frame) {
        int probe = WaitCalls.eventfd(frame, CLOEXEC_NONBLOCK);
        if (probe >= 0) {
            OpenFile.close(probe);
        }
        return probe >= 0;
    }

    private static OsException exhausted(String call, int errno, String symbol, Path path, String limit) {
        String value;
        try {
            value = " (now " + Platform.setting(LIMITS.resolve(limit)) + ")";
        } catch (IOException _) {
            value = "";
        }
        return new OsException(call, errno, symbol, path.toString(),
                "this user has reached the limit fs.inotify." + limit
                        + value + "; raise it with sysctl, or close programs that watch files.");
    }

    /**
     * Waits for changes. Blocks the calling thread in a native call.
     *
     * @param timeoutMillis the longest wait; negative for no limit
     * @return what happened, in order; empty if the time is over or a thread called {@link #wake()}
     */
    public List<Change> await(int timeoutMillis) {
        try (CallFrame frame = new CallFrame()) {
            int ready = WaitCalls.poll(frame, polled, 2, timeoutMillis);
            if (ready < 0 && ready != -Errno.EINTR) {
                throw Errno.failure("poll", ready, path.toString());
            }
            drainWakeups(frame);
            List<Change> changes = new ArrayList<>();
            long filled = WaitCalls.read(frame, inotify, buffer);
            if (filled < 0 && filled != -Errno.EAGAIN && filled != -Errno.EINTR) {
                throw Errno.failure("read", filled, path.toString());
            }
            for (long at = 0; at < filled;) {
                at = addChange(at, changes);
            }
            return changes;
        }
    }

    private void drainWakeups(CallFrame frame) {
        if (polled.get(ValueLayout.JAVA_SHORT, 14) != 0) {
            WaitCalls.read(frame, wakeup, frame.buffer());
        }
    }

    /** Reads a {@code struct inotify_event}, inotify(7): mask at 4, length of the name at 12, name from 16 on. */
    private long addChange(long at, List<Change> changes) {
        int mask = buffer.get(ValueLayout.JAVA_INT, at + 4);
        int length = buffer.get(ValueLayout.JAVA_INT, at + 12);
        if ((mask & IN_Q_OVERFLOW) != 0) {
            changes.add(new Change.Overflowed());
        } else if ((mask & IN_IGNORED) != 0) {
            changes.add(new Change.Ended());
        } else if (length > 0 && buffer.get(ValueLayout.JAVA_BYTE, at + EVENT_HEADER) != '.') {
            String name = buffer.getString(at + EVENT_HEADER, StandardCharsets.UTF_8);
            if ((mask & IN_CLOSE_WRITE) != 0) {
                changes.add(new Change.Closed(name));
                addUnnamed(name, changes);
            } else {
                changes.add(new Change.Appeared(name));
            }
        }
        return at + EVENT_HEADER + length;
    }

    /** A file opened with {@code O_TMPFILE} is called "#" and its number. A file may also have such a name, so both count. */
    private static void addUnnamed(String name, List<Change> changes) {
        if (name.length() > 1 && name.length() < 20 && name.charAt(0) == '#'
                && name.chars().skip(1).allMatch(character -> character >= '0' && character <= '9')) {
            changes.add(new Change.ClosedUnnamed(Long.parseLong(name, 1, name.length(), 10)));
        }
    }

    /** Ends the present wait at once, or the next one if no thread waits. Does nothing if this is closed. */
    public synchronized void wake() {
        if (!closed) {
            one.set(ValueLayout.JAVA_LONG, 0, 1);
            Readiness.wake(frame, wakeup, one);
        }
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            try (arena; frame) {
                OpenFile.close(inotify);
                OpenFile.close(wakeup);
            }
        }
    }
}
