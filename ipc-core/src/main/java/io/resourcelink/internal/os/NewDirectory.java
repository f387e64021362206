package io.resourcelink.internal.os;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

import io.resourcelink.error.PermissionException;

/**
 * What a directory gets that is made.
 *
 * @param mode permission bits
 * @param group the group, {@link Directory#UNCHANGED} for what the system chooses
 */
record NewDirectory(int mode, int group) {

    private static final int FOR_OTHERS = 077;

    /** Makes the directory, unless its name is taken. */
    void make(CallFrame frame, int dirfd, String name) {
        if ((mode & FOR_OTHERS) == 0 && group == Directory.UNCHANGED) {
            mkdir(frame, dirfd, name, name);
        } else {
            makeShared(frame, dirfd, name);
        }
    }

    /** Returns whether it was made; if not, the name is taken. */
    private boolean mkdir(CallFrame frame, int dirfd, String made, String subject) {
        int result = Libc.mkdirat(frame, dirfd, frame.string(made), mode);
        if (result == -Errno.ENOENT) {
            throw Errno.missingParent("mkdirat", subject);
        }
        if (result == -Errno.EEXIST) {
            return false;
        }
        Errno.checked("mkdirat", result, subject);
        return true;
    }

    /** A directory gets its last permissions under another name, so no other process meets it without them. */
    private void makeShared(CallFrame frame, int dirfd, String name) {
        int slash = name.lastIndexOf('/') + 1;
        String draft = name.substring(0, slash) + ".new-"
                + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
        mkdir(frame, dirfd, draft, name);
        try {
            complete(frame, dirfd, draft, name);
            int moved = Libc.renameat2(frame, dirfd, frame.otherString(draft), dirfd, frame.string(name));
            if (moved == -Errno.EINVAL) {
                // This file system cannot move without replacing. Then there is a moment without the permissions.
                if (mkdir(frame, dirfd, name, name)) {
                    complete(frame, dirfd, name, name);
                }
            } else if (moved != -Errno.EEXIST) {
                Errno.checked("renameat2", moved, name);
            }
        } finally {
            Libc.unlinkat(frame, dirfd, frame.string(draft), Libc.AT_REMOVEDIR);
        }
    }

    /** The umask of the process has taken permissions of the group away. A change of the group may take setgid away. */
    private void complete(CallFrame frame, int dirfd, String made, String subject) {
        if (group != Directory.UNCHANGED) {
            int given = Libc.fchownat(frame, dirfd, frame.string(made), group);
            if (given == -Errno.EPERM) {
                throw new PermissionException("group " + Integer.toUnsignedString(group),
                        "this user is not a member of it, so the user may not give it the directory " + subject
                                + ". Add the user to the group (usermod -aG) and start again.");
            }
            Errno.checked("fchownat", given, subject);
        }
        Errno.checked("fchmodat", Libc.fchmodat(frame, dirfd, frame.string(made), mode), subject);
    }
}
