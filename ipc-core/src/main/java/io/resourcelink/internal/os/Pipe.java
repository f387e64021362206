package io.resourcelink.internal.os;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A pipe, pipe(2). The reading end reports the end as soon as no process has the writing end any more.
 *
 * @param reading the reading end
 * @param writing the writing end
 */
public record Pipe(OpenFile reading, OpenFile writing) {

    /**
     * Asks whether a descriptor from another process is the reading end of a pipe.
     *
     * @param file the descriptor
     * @return whether it is
     */
    public static boolean isReadingEnd(OpenFile file) {
        try (CallFrame frame = new CallFrame()) {
            return file.status(frame).isPipe()
                    && (Libc.fcntl(frame, file.fd(), Libc.F_GETFL, 0) & Libc.O_ACCMODE) == Libc.O_RDONLY;
        }
    }

    /**
     * Opens a pipe.
     *
     * @return both ends; the caller closes them
     */
    public static Pipe open() {
        try (CallFrame frame = new CallFrame()) {
            MemorySegment pair = frame.buffer();
            int result = SocketCalls.pipe2(frame, pair);
            if (result < 0) {
                throw Errno.failure("pipe2", result, "pipe");
            }
            return new Pipe(new OpenFile(pair.get(ValueLayout.JAVA_INT, 0), "pipe"),
                    new OpenFile(pair.get(ValueLayout.JAVA_INT, 4), "pipe"));
        }
    }
}
