package io.resourcelink.internal.wire;

import java.util.List;

import io.resourcelink.error.IpcException;
import io.resourcelink.internal.work.Closing;

/** Closes what a message carries and no program takes. */
public final class Discarding {

    private Discarding() {}

    /** Closes all of them, whatever fails. */
    public static void closeAll(List<? extends AutoCloseable> handles) {
        Closing.each(handles, Discarding::close);
    }

    /** Closes a handle. A link whose factory is closed, or whose directory is gone, needs nothing more. */
    public static void close(AutoCloseable handle) {
        try {
            handle.close();
        } catch (IpcException | IllegalStateException _) {
            // What it held is given up all the same.
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new AssertionError("Handles close without checked exceptions.", e);
        }
    }
}
