package io.resourcelink.internal.os;

import java.lang.foreign.MemorySegment;

/**
 * Tells when a file may have lost its name, inotify(7): its descriptor is ready to read as soon as the file was removed, moved, or
 * given other permissions. What other files of the directory do is not told. One thread reads; the caller that opened it closes it.
 */
public final class NameWatch implements AutoCloseable {

    private static final int IN_ATTRIB = 0x4;
    private static final int IN_DELETE_SELF = 0x400;
    private static final int IN_MOVE_SELF = 0x800;
    private static final int CLOEXEC_NONBLOCK = Libc.O_CLOEXEC | Libc.O_NONBLOCK;

    private final OpenFile file;

    private NameWatch(OpenFile file) {
        this.file = file;
    }

    /**
     * Begins to watch.
     *
     * @param directory where the file is
     * @param name its name
     * @return the watch
     * @throws io.resourcelink.error.OsException if the kernel refuses: there is no such file, or this user's limit
     * {@code fs.inotify.max_user_instances} is reached
     */
    public static NameWatch open(Directory directory, String name) {
        try (CallFrame frame = new CallFrame()) {
            OpenFile file = new OpenFile(
                    Errno.checked("inotify_init1", WaitCalls.inotify_init1(frame, CLOEXEC_NONBLOCK), name), name);
            try {
                MemorySegment path = frame.string("/proc/self/fd/" + directory.fd() + "/" + name);
                Errno.checked("inotify_add_watch", WaitCalls.inotify_add_watch(frame, file.fd(), path,
                        IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF), name);
                return new NameWatch(file);
            } catch (RuntimeException | Error e) {
                file.close();
                throw e;
            }
        }
    }

    /** {@return the descriptor, which is ready to read when something has happened} Closed with this. */
    public OpenFile file() {
        return file;
    }

    /** Reads some of what has happened. The descriptor stays ready while there is more. Never waits. */
    public void clear() {
        try (CallFrame frame = new CallFrame()) {
            WaitCalls.read(frame, file.fd(), frame.buffer());
        }
    }

    @Override
    public void close() {
        file.close();
    }
}
