package io.resourcelink.internal.mapping;

import java.lang.foreign.Arena;

/** An arena and the views that end with it. Its numbers are guarded by the {@link Reclaimer}'s monitor. */
abstract class Shade extends Piece {

    final Arena arena;
    final long begin = System.nanoTime();
    int opened;
    long bytes;
    int open;

    Shade(Arena arena) {
        this.arena = arena;
    }

    /** Closes one of its views. Allocates nothing. */
    abstract void closeView();

    @Override
    long bytes() {
        return bytes;
    }
}
