package io.resourcelink.sample.studio;

/**
 * A frame as clients see it.
 *
 * @param id its name in addresses
 * @param name the name of the uploaded file
 * @param key the key of its segment, to which the worker was sent a link
 * @param width pixels in a row
 * @param height rows
 * @param bytes bytes shared with the worker: the payload of its segment
 * @param decodeMicros making the segment and decoding the file into it
 * @param handoffMicros the message to the worker and its reply, with any wait in the queue: the round trip by the studio's clock,
 * without what the worker took by its own
 * @param processMicros finding the edges, by the worker's clock
 * @param workerPid the process that found them
 * @param histogram how many pixels have luminance 0, 1, … 255
 * @param image address of the frame as a PNG
 * @param edges address of its edges as a PNG
 */
@SuppressWarnings("ArrayRecordComponent")
public record FrameView(String id, String name, String key, int width, int height, long bytes, long decodeMicros,
        long handoffMicros, long processMicros, long workerPid, int[] histogram, String image, String edges) {}
