package io.resourcelink.benchmark;

import java.nio.file.Path;

import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.Publication;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.SleepingMillisIdleStrategy;

/**
 * Aeron over shared memory whose pages were touched before. The driver sleeps, as nothing it does is on the messages' way.
 */
public final class AeronMedia {

    /** The channel of all publications. */
    public static final String IPC = "aeron:ipc";

    private static final int TERM_BYTES = 4 << 20;
    /** The largest there is. */
    private static final int MTU = 65504;
    private static final int CACHE_LINE = 64;

    private AeronMedia() {}

    private static String directory(Path parent) {
        return parent.resolve("aeron").toString();
    }

    /**
     * Starts a driver in this process.
     *
     * @param parent a directory in shared memory
     * @return the driver
     */
    public static MediaDriver driver(Path parent) {
        return MediaDriver.launch(new MediaDriver.Context().aeronDirectoryName(directory(parent))
                .threadingMode(ThreadingMode.SHARED).sharedIdleStrategy(new SleepingMillisIdleStrategy(1))
                .ipcTermBufferLength(TERM_BYTES).ipcMtuLength(MTU).termBufferSparseFile(false)
                .dirDeleteOnShutdown(true));
    }

    /**
     * Connects to the driver.
     *
     * @param parent the same directory
     * @return the client
     */
    public static Aeron connect(Path parent) {
        return Aeron.connect(new Aeron.Context().aeronDirectoryName(directory(parent)).preTouchMappedMemory(true));
    }

    /**
     * Waits until a publication has a subscriber.
     *
     * @param publication the publication
     */
    public static void await(ExclusivePublication publication) {
        while (!publication.isConnected()) {
            Idling.giveWay();
        }
    }

    /**
     * Publishes bytes in fragments of the largest size that consists of cache lines.
     *
     * @param publication the publication
     * @param bytes the bytes
     * @param length how many
     */
    public static void offer(ExclusivePublication publication, DirectBuffer bytes, int length) {
        int fragment = publication.maxPayloadLength() / CACHE_LINE * CACHE_LINE;
        for (int at = 0; at < length; at += fragment) {
            int size = Math.min(fragment, length - at);
            int turns = 0;
            long position = publication.offer(bytes, at, size);
            while (position < 0) {
                if (position == Publication.CLOSED || position == Publication.NOT_CONNECTED) {
                    throw new IllegalStateException("The other process has ended.");
                }
                Idling.idle(++turns);
                position = publication.offer(bytes, at, size);
            }
        }
    }
}
