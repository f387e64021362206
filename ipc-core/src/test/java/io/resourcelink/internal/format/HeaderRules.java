package io.resourcelink.internal.format;

import java.nio.ByteBuffer;

import io.resourcelink.segment.ResourceKind;

/**
 * Which headers are valid, written down a second time, by literal offsets and without a word of {@link SegmentHeader}: what the picture
 * there says.
 */
final class HeaderRules {

    private HeaderRules() {}

    /** {@return whether a header may be accepted, little-endian, from a file of this size} */
    static boolean accept(ByteBuffer image, long fileSize, ResourceKind kind) {
        int layout = image.get(25);
        boolean ours = layout == 1;
        int wanted = kind == ResourceKind.SHARED_MEMORY ? 0 : 1;
        int code = image.get(24);
        boolean known = image.getInt(0) == 0x524C4B21 && (ours || layout == 0)
                && (ours ? code == wanted : code == 0 || code == 1);
        if (!known || (ours && image.get(26) != 0 && image.get(26) != 1)) {
            return false;
        }
        long length = image.getLong(16);
        long room = fileSize - 64;
        boolean recycledAndNotKept = ours && (image.get(27) & 5) == 4;
        // At least half of the room, without a sum that overflows.
        return length == room || (recycledAndNotKept && length >= 0 && length < room && length >= room - length);
    }

    /** Writes what a valid header is when it is written again. The old layout ends before the byte of the layout, but for the nonce. */
    static void canonical(byte[] image, ResourceKind kind, byte[] target) {
        boolean ours = image[25] == 1;
        for (int at = 0; at < target.length; at++) {
            target[at] = ours || at < 24 || (at >= 40 && at < 48) ? image[at] : 0;
        }
        target[24] = (byte) (kind == ResourceKind.SHARED_MEMORY ? 0 : 1);
    }
}
