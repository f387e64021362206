package io.resourcelink.cli;

import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.resourcelink.ResourceLinkFactoryBuilder;

/**
 * With whom the directories are shared. Without trusted owners, they are this user's alone.
 *
 * @param owners names or numbers of the users whose directories and segments are used
 * @param group name or number of the group of a new directory, or {@code null} for what the system chooses
 */
record Sharing(List<String> owners, @Nullable String group) {

    private static final Set<PosixFilePermission> DIRECTORY = PosixFilePermissions.fromString("rwxrwx---");
    private static final Set<PosixFilePermission> SEGMENT = PosixFilePermissions.fromString("rw-rw----");

    Sharing {
        owners = List.copyOf(owners);
    }

    /** Trusting other users means that the group of a directory may write to it. */
    void applyTo(ResourceLinkFactoryBuilder builder) {
        try {
            owners.forEach(builder::trustOwner);
        } catch (IllegalArgumentException e) {
            throw new UsageException("Invalid value for option '--trusted-owners': " + e.getMessage());
        }
        try {
            if (group != null) {
                builder.directoryGroup(group);
            }
        } catch (IllegalArgumentException e) {
            throw new UsageException("Invalid value for option '--directory-group': " + e.getMessage());
        }
        if (!owners.isEmpty()) {
            builder.directoryPermissions(DIRECTORY).segmentPermissions(SEGMENT);
        }
    }
}
