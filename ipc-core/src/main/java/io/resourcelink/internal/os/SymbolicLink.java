package io.resourcelink.internal.os;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;

/** A symbolic link as a small text under a name, made and read as a whole. It need not lead anywhere. */
public final class SymbolicLink {

    private static final int LONGEST = 255;

    private SymbolicLink() {}

    /**
     * Makes a symbolic link.
     *
     * @param frame memory of the calling operation
     * @param directory where its name goes
     * @param name its name, which must be new
     * @param target the text
     * @return whether it was made; if not, the name is taken
     */
    public static boolean make(CallFrame frame, Directory directory, String name, String target) {
        int result = Libc.symlinkat(frame, frame.otherString(target), directory.fd(), frame.string(name));
        if (result == -Errno.EEXIST) {
            return false;
        }
        Errno.checked("symlinkat", result, name);
        return true;
    }

    /**
     * Reads a symbolic link.
     *
     * @param frame memory of the calling operation
     * @param directory where its name is
     * @param name its name
     * @return the text, up to 255 bytes of it; {@code null} if there is no such link
     */
    public static @Nullable String read(CallFrame frame, Directory directory, String name) {
        MemorySegment text = frame.allocate(LONGEST + 1);
        long length = Libc.readlinkat(frame, directory.fd(), frame.string(name), text.asSlice(0, LONGEST));
        if (length == -Errno.ENOENT || length == -Errno.EINVAL) {
            return null;
        }
        if (length < 0) {
            throw Errno.failure("readlinkat", length, name);
        }
        return text.getString(0, StandardCharsets.UTF_8);
    }
}
