package io.resourcelink.sample.picture;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

import io.resourcelink.sample.layout.Frame;
import io.resourcelink.sample.layout.PixelFormat;

/** A picture that can be had row by row, from the top. Not thread-safe. */
interface Rows {

    int width();

    int height();

    PixelFormat format();

    /** Puts the pixels of a row into the start of an array. Rows are asked for in their order. */
    void row(int y, byte[] target);

    /** The rows of a frame as they are, or shrunk by a whole number until they are no wider than asked for. */
    static Rows of(Frame frame, int widest, Shrink how) {
        return frame.width() <= widest ? new AsStored(frame) : new ShrunkRows(frame, widest, how);
    }

    /** Copied out of shared memory, since native code must never be given memory that others can take away. */
    record AsStored(Frame frame) implements Rows {

        @Override
        public int width() {
            return frame.width();
        }

        @Override
        public int height() {
            return frame.height();
        }

        @Override
        public PixelFormat format() {
            return frame.format();
        }

        @Override
        public void row(int y, byte[] target) {
            MemorySegment.copy(frame.pixels(), ValueLayout.JAVA_BYTE, frame.row(y), target, 0,
                    frame.width() * frame.format().bytes());
        }
    }
}
