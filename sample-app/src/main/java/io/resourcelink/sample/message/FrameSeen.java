package io.resourcelink.sample.message;

/**
 * What a viewer replies when it has looked at a frame.
 *
 * @param host its host
 * @param pid its process
 * @param number the frame's number
 * @param attempt which delivery of the message it was: 1 unless a viewer was lost before it had acknowledged
 * @param micros from the message in hand until a byte of each page was read, by the viewer's clock
 * @param fetched bytes that were fetched for it, as the fetcher counts them
 * @param file the segment's file
 * @param inode the inode of the file that is mapped, as the kernel says
 * @param checksum of all bytes, see {@link io.resourcelink.sample.layout.Frame#checksum}
 * @param picture the frame in small, a PNG
 */
@SuppressWarnings("ArrayRecordComponent")
public record FrameSeen(Host host, long pid, long number, int attempt, double micros, long fetched, String file,
        long inode, int checksum, byte[] picture) {

    /** Served by the studio. */
    public static final String QUEUE = "seen";
}
