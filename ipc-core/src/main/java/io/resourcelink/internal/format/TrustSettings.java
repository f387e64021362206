package io.resourcelink.internal.format;

import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.resourcelink.internal.os.Accounts;
import io.resourcelink.internal.os.Directory;
import io.resourcelink.internal.os.Platform;

/** The choices of a builder from which a {@link Trust} is made. Names are looked up when it is made. Not thread-safe. */
public final class TrustSettings {

    private static final long HIGHEST_ID = (1L << 32) - 2;
    private static final int SOCKET_OF_GROUP = 0660;
    private static final int SOCKET_OF_USER = 0600;

    private final Set<String> owners = new HashSet<>();
    private @Nullable String group;
    private int directoryMode = 0700;
    private int segmentMode = 0600;

    /** Trusts a user. */
    public void trustOwner(String user) {
        owners.add(checked("user", user));
    }

    /** Chooses the group of a new directory. */
    public void directoryGroup(String name) {
        this.group = checked("group", name);
    }

    /** Chooses the permissions of a new directory, and the most that others may be allowed. */
    public void directoryPermissions(Set<PosixFilePermission> permissions) {
        this.directoryMode = Trust.mode(permissions, EnumSet.of(PosixFilePermission.OWNER_READ,
                PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE));
    }

    /** Chooses the permissions of a new segment, and the most that others may be allowed. */
    public void segmentPermissions(Set<PosixFilePermission> permissions) {
        this.segmentMode = Trust.segmentMode(permissions);
    }

    private static String checked(String what, String name) {
        if (name.isBlank() || name.startsWith("-") || name.contains(":")
                || (isNumber(name) && Long.compareUnsigned(number(name), HIGHEST_ID) > 0)) {
            throw new IllegalArgumentException("\"" + name + "\" is not a " + what + ". Give a name, or a number from 0"
                    + " to " + HIGHEST_ID + ".");
        }
        return name.strip();
    }

    private static boolean isNumber(String name) {
        return name.strip().chars().allMatch(digit -> digit >= '0' && digit <= '9');
    }

    private static long number(String digits) {
        return digits.strip().length() > 18 ? -1 : Long.parseLong(digits.strip());
    }

    /**
     * Makes the rule for segments.
     *
     * @throws IllegalArgumentException if there is no such user or group
     */
    public Trust ofSegments() {
        return trust(segmentMode);
    }

    /** Makes the rule for channels, whose sockets are for all who may write to the directory. */
    public Trust ofChannels() {
        Trust trust = trust(SOCKET_OF_USER);
        return trust.isShared() ? trust(SOCKET_OF_GROUP) : trust;
    }

    private Trust trust(int fileMode) {
        Set<Integer> ids = new HashSet<>();
        ids.add(0);
        ids.add(Platform.userId());
        for (String owner : owners) {
            ids.add(id("user", owner, "ipc.trusted-owners or trustOwner(...)"));
        }
        return new Trust(ids, directoryMode, fileMode,
                group == null ? Directory.UNCHANGED : id("group", group, "ipc.directory-group or directoryGroup(...)"));
    }

    private static int id(String what, String name, String setting) {
        if (isNumber(name)) {
            return (int) number(name);
        }
        OptionalInt id = what.equals("user") ? Accounts.user(name) : Accounts.group(name);
        return id.orElseThrow(() -> new IllegalArgumentException(String.format(Locale.ROOT,
                "This system has no %s \"%s\" (%s). Check the name, or give the number.", what, name, setting)));
    }
}
