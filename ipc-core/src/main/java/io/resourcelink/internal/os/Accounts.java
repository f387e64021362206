package io.resourcelink.internal.os;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.OptionalInt;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

/** Numbers of users and groups, by their names. */
public final class Accounts {

    /**
     * {@code int getpwnam_r(const char *name, struct passwd *pwd, char *buf, size_t buflen, struct passwd **result)},
     * getpwnam(3).
     */
    private static final MethodHandle GETPWNAM_R = Libc.function("getpwnam_r", JAVA_INT, ADDRESS, ADDRESS, ADDRESS,
            JAVA_LONG, ADDRESS);
    /**
     * {@code int getgrnam_r(const char *name, struct group *grp, char *buf, size_t buflen, struct group **result)},
     * getgrnam(3).
     */
    private static final MethodHandle GETGRNAM_R = Libc.function("getgrnam_r", JAVA_INT, ADDRESS, ADDRESS, ADDRESS,
            JAVA_LONG, ADDRESS);

    /** In both structures the number follows two pointers: the name and the password. */
    private static final long NUMBER = MemoryLayout.structLayout(ADDRESS, ADDRESS).byteSize();

    private static final int STRUCTURE_SIZE = 64;

    /** A group's entry lists all of its members. */
    private static final long TEXTS = 1L << 20;

    private Accounts() {}

    /**
     * {@return the number of a user, or nothing if there is no such user}
     *
     * @param name the user's name
     */
    public static OptionalInt user(String name) {
        return number("getpwnam_r", GETPWNAM_R, name);
    }

    /**
     * {@return the number of a group, or nothing if there is no such group}
     *
     * @param name the group's name
     */
    public static OptionalInt group(String name) {
        return number("getgrnam_r", GETGRNAM_R, name);
    }

    private static OptionalInt number(String function, MethodHandle call, String name) {
        try (CallFrame frame = new CallFrame()) {
            MemorySegment entry = frame.allocate(STRUCTURE_SIZE);
            MemorySegment found = frame.allocate(ADDRESS.byteSize());
            found.set(ValueLayout.JAVA_LONG, 0, 0);
            int error = error(call, frame, name, entry, found);
            if (found.get(ValueLayout.JAVA_LONG, 0) != 0) {
                return OptionalInt.of(entry.get(JAVA_INT, NUMBER));
            }
            // The manual names the errors with which some systems say that there is no such entry.
            return switch (error) {
                case 0, Errno.ENOENT, Errno.ESRCH, Errno.EBADF, Errno.EPERM -> OptionalInt.empty();
                default -> throw Errno.failure(function, -error, name);
            };
        }
    }

    /** The function returns the error number; on some systems it returns -1 and sets {@code errno}. */
    private static int error(MethodHandle call, CallFrame frame, String name, MemorySegment entry,
            MemorySegment found) {
        try {
            int result = (int) call.invokeExact(frame.errnoSlot(), frame.string(name), entry, frame.allocate(TEXTS),
                    TEXTS, found);
            return result < 0 ? frame.errno() : result;
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }
}
