package io.resourcelink.sample.picture;

import java.util.Arrays;

import io.resourcelink.sample.layout.Frame;
import io.resourcelink.sample.layout.PixelFormat;

/** A frame shrunk by a whole number. On the heap are one of its rows and one of the smaller picture's. */
final class ShrunkRows implements Rows {

    private final AsStored stored;
    private final Shrink how;
    private final int factor;
    private final int width;
    private final byte[] source;
    private final int[] totals;
    private final int[] weights;

    ShrunkRows(Frame frame, int widest, Shrink how) {
        this.stored = new AsStored(frame);
        this.how = how;
        this.factor = Math.ceilDiv(frame.width(), widest);
        this.width = Math.ceilDiv(frame.width(), factor);
        this.source = new byte[frame.width() * frame.format().bytes()];
        this.totals = new int[width * frame.format().bytes()];
        this.weights = new int[width];
    }

    @Override
    public int width() {
        return width;
    }

    @Override
    public int height() {
        return Math.ceilDiv(stored.height(), factor);
    }

    @Override
    public PixelFormat format() {
        return stored.format();
    }

    @Override
    public void row(int y, byte[] target) {
        Arrays.fill(totals, 0);
        Arrays.fill(weights, 0);
        int end = Math.min(stored.height(), (y + 1) * factor);
        for (int row = y * factor; row < end; row++) {
            stored.row(row, source);
            switch (how) {
                case MEAN -> add();
                case STRONGEST -> keepStrongest();
            }
        }
        switch (how) {
            case MEAN -> mean(target, end - y * factor);
            case STRONGEST -> strongest(target);
        }
    }

    private void keepStrongest() {
        int bands = stored.format().bytes();
        for (int at = 0; at < source.length; at++) {
            int total = at / bands / factor * bands + at % bands;
            totals[total] = Math.max(totals[total], Byte.toUnsignedInt(source[at]));
        }
    }

    private void strongest(byte[] target) {
        for (int i = 0; i < totals.length; i++) {
            target[i] = (byte) totals[i];
        }
    }

    private void add() {
        int bands = stored.format().bytes();
        int colors = Math.min(bands, 3);
        for (int x = 0, at = 0; x < stored.width(); x++, at += bands) {
            int column = x / factor;
            int weight = bands == 4 ? Byte.toUnsignedInt(source[at + 3]) : 1;
            weights[column] += weight;
            for (int band = 0; band < colors; band++) {
                totals[column * bands + band] += Byte.toUnsignedInt(source[at + band]) * weight;
            }
        }
    }

    private void mean(byte[] target, int rows) {
        int bands = stored.format().bytes();
        int colors = Math.min(bands, 3);
        for (int column = 0; column < width; column++) {
            int at = column * bands;
            int weight = Math.max(1, weights[column]);
            for (int band = 0; band < colors; band++) {
                target[at + band] = (byte) ((totals[column * bands + band] + weight / 2) / weight);
            }
            if (bands == 4) {
                int pixels = rows * Math.min(factor, stored.width() - column * factor);
                target[at + 3] = (byte) ((weights[column] + pixels / 2) / pixels);
            }
        }
    }
}
