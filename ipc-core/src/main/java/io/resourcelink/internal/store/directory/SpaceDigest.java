package io.resourcelink.internal.store.directory;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

import org.jspecify.annotations.Nullable;

import io.resourcelink.internal.format.SegmentClock;
import io.resourcelink.internal.os.CallFrame;
import io.resourcelink.internal.os.Directory;
import io.resourcelink.internal.os.FileStatus;
import io.resourcelink.internal.os.FileSystem;
import io.resourcelink.segment.SpaceId;

/**
 * Makes the identity of a directory. The picture of what is digested is in docs/design/claims.md.
 *
 * @param clock tells which boot it is
 * @param hostId what identifies this host; empty or {@code null} if nothing but its boot does
 */
record SpaceDigest(SegmentClock clock, @Nullable String hostId) {

    private static final byte[] PREFIX = "ipc-space1".getBytes(StandardCharsets.US_ASCII);
    private static final byte IN_MEMORY = 1;
    private static final byte ON_DISK = 2;
    private static final int BYTES = 16;

    SpaceId of(CallFrame frame, Directory directory) {
        boolean inMemory = FileSystem.of(directory.space(frame).type()).orElse(null) == FileSystem.TMPFS;
        FileStatus status = directory.status(frame);
        long id = directory.fileSystemId(frame);
        return of(inMemory, id == 0 ? status.device() : id, status.inode());
    }

    SpaceId of(boolean inMemory, long fileSystem, long inode) {
        byte[] place = (inMemory ? clock.bootId() : host()).getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(PREFIX.length + 1 + 2 * Long.BYTES + place.length).put(PREFIX)
                .put(inMemory ? IN_MEMORY : ON_DISK).putLong(fileSystem).putLong(inode).put(place);
        return new SpaceId(HexFormat.of().formatHex(sha256().digest(bytes.array()), 0, BYTES));
    }

    /** Without an id of the host, a directory is another one after a reboot. That costs a fetch, and is never wrong. */
    private String host() {
        return hostId == null || hostId.isEmpty() ? clock.bootId() : hostId;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This JVM has no SHA-256, which every JVM must have.", e);
        }
    }
}
