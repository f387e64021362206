package io.resourcelink.sample.worker;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

import org.junit.jupiter.api.Test;

import io.resourcelink.sample.layout.EdgeMap;
import io.resourcelink.sample.layout.Frame;
import io.resourcelink.sample.layout.PixelFormat;

import static org.assertj.core.api.Assertions.assertThat;

class EdgeFinderTest {

    @Test
    void aStepOfFortyIsAnEdgeOfFourTimesForty() {
        EdgeMap map = find(4, 2, PixelFormat.GRAY,
                10, 10, 50, 50,
                10, 10, 50, 50);
        assertThat(edges(map)).containsExactly(
                0, 160, 160, 0,
                0, 160, 160, 0);
    }

    @Test
    void aPointIsAnEdgeAllAroundAndNotInItsMiddle() {
        EdgeMap map = find(3, 3, PixelFormat.GRAY,
                0, 0, 0,
                0, 30, 0,
                0, 0, 0);
        // At a corner both gradients are 30, so its edge is 30 * √2; beside the point one is 60; in the middle both are 0.
        assertThat(edges(map)).containsExactly(
                42, 60, 42,
                60, 0, 60,
                42, 60, 42);
    }

    @Test
    void aStrongEdgeIsCutOff() {
        assertThat(edges(find(2, 1, PixelFormat.GRAY, 0, 255))).containsExactly(255, 255);
    }

    @Test
    void aSinglePixelHasNoEdge() {
        EdgeMap map = find(1, 1, PixelFormat.GRAY, 200);
        assertThat(edges(map)).containsExactly(0);
        assertThat(map.histogram()[200]).isOne();
    }

    @Test
    void luminanceWeighsColours() {
        EdgeMap map = find(5, 1, PixelFormat.RGB,
                255, 0, 0,
                0, 255, 0,
                0, 0, 255,
                255, 255, 255,
                0, 0, 0);
        assertThat(map.histogram()).matches(counts -> counts[77] == 1, "red is 77")
                .matches(counts -> counts[149] == 1, "green is 149").matches(counts -> counts[29] == 1, "blue is 29")
                .matches(counts -> counts[255] == 1, "white is 255").matches(counts -> counts[0] == 1, "black is 0");
    }

    @Test
    void alphaIsNotLookedAt() {
        EdgeMap map = find(2, 1, PixelFormat.RGBA,
                90, 90, 90, 0,
                90, 90, 90, 255);
        assertThat(edges(map)).containsExactly(0, 0);
        assertThat(map.histogram()[90]).isEqualTo(2);
    }

    private static EdgeMap find(int width, int height, PixelFormat format, int... samples) {
        Frame frame = Frame.create(MemorySegment.ofArray(new byte[(int) Frame.bytes(width, height, format)]), width,
                height, format);
        for (int i = 0; i < samples.length; i++) {
            frame.pixels().set(ValueLayout.JAVA_BYTE, i, (byte) samples[i]);
        }
        EdgeMap map = EdgeMap.create(MemorySegment.ofArray(new byte[(int) EdgeMap.bytes(width, height)]), width,
                height);
        EdgeFinder.find(frame, map);
        return map;
    }

    private static int[] edges(EdgeMap map) {
        byte[] bytes = map.edges().toArray(ValueLayout.JAVA_BYTE);
        int[] edges = new int[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            edges[i] = Byte.toUnsignedInt(bytes[i]);
        }
        return edges;
    }
}
