package io.resourcelink.internal.mapping;

import java.lang.foreign.Arena;

import org.jspecify.annotations.Nullable;

/**
 * An arena and the views that end with it. Its fields are guarded by the {@link Reclaimer}'s monitor until it is taken to be
 * ended. The views are a list of their own, and no clean-up actions of the arena: the JDK allocates when it runs those, and
 * forgets the rest of them if there is no heap for that.
 */
abstract class Shade extends Piece {

    final Arena arena;
    final long begin = System.nanoTime();
    int opened;
    long bytes;
    int open;

    /** Whether the reclaimer's numbers include it. */
    boolean counted;

    private boolean shared;
    private @Nullable Hold views;

    Shade(Arena arena, boolean shared) {
        this.arena = arena;
        this.shared = shared;
    }

    /** Adds a view. From now on it holds its mapping. Allocates nothing. */
    void add(Hold view) {
        view.held.hold(shared);
        view.next = views;
        views = view;
        bytes += view.held.size();
    }

    /** Called if all views are closed, and a native call keeps the arena. The mappings wait for it as for an arena of their own. */
    void waitForCall() {
        for (Hold view = shared ? views : null; view != null; view = view.next) {
            view.held.unshare();
        }
        shared = false;
    }

    /** Ends the holds of all views, after the arena was closed. Allocates nothing. */
    void endViews() {
        for (Hold view = views; view != null; view = view.next) {
            views = view.next;
            view.held.unhold(shared);
        }
    }

    /** Closes one of its views. Allocates nothing. */
    abstract void closeView();

    @Override
    long bytes() {
        return bytes;
    }
}
