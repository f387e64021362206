package io.resourcelink;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.resourcelink.error.IpcException;
import io.resourcelink.internal.format.ReferenceLocks;
import io.resourcelink.internal.mapping.Reclaimer;
import io.resourcelink.segment.CreateOptions;

/** Segments from their making to their removal, for tests that let something fail on the way: what fails costs itself. */
public final class EmptyHeapLife implements BiConsumer<Path, Supplier<AutoCloseable>> {

    /** Made by reflection, by a loader of its own. */
    public EmptyHeapLife() {}

    private interface Operation {

        void run() throws Exception;
    }

    private static void attempt(Operation operation) {
        try {
            operation.run();
        } catch (OutOfMemoryError | IpcException _) {
            // The next one works again, or the one after: what could not be given back is given back later.
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /**
     * Lives.
     *
     * @param directory where
     * @param trouble begins when the factories are there, and is closed before they are
     */
    @Override
    public void accept(Path directory, Supplier<AutoCloseable> trouble) {
        try (ResourceLinkFactory factory = ResourceLinkFactory.builder().directory(directory).build();
                ResourceLinkFactory other = ResourceLinkFactory.builder().directory(directory).build()) {
            try (AutoCloseable _ = trouble.get()) {
                live(factory, other);
                attempt(() -> closeOrCloseAgain(ResourceLinkFactory.builder().directory(directory).build()));
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Exception e) {
                throw new AssertionError(e);
            }
            Deadline.awaitTrue("no view is locked", () -> {
                // The thread that gives references back may wait for the next operation to be started.
                return other.tryAcquire("nothing").isEmpty() && isNoViewLocked(directory);
            });
        }
        Reclaimer.reclaimNow();
    }

    /** A lock on a file says that a thread may access its memory. It must not outlive the access. */
    private static boolean isNoViewLocked(Path directory) {
        Reclaimer.reclaimNow();
        try (Stream<Path> files = Files.walk(directory)) {
            List<String> locks = Files.readAllLines(Path.of("/proc/locks"));
            for (Path file : files.toList()) {
                String views = ":" + Files.getAttribute(file, "unix:ino") + " " + ReferenceLocks.VIEWS + " ";
                if (locks.stream().anyMatch(lock -> lock.contains(views))) {
                    return false;
                }
            }
            return true;
        } catch (IOException | UncheckedIOException _) {
            // A file was removed meanwhile.
            return false;
        }
    }

    private static void live(ResourceLinkFactory factory, ResourceLinkFactory other) {
        for (int round = 0; round < 3; round++) {
            attempt(() -> publish(factory, other));
        }
        attempt(() -> factory.create("small", 10).close());
        attempt(() -> {
            try (ResourceLink link = factory.create("held", 100)) {
                link.renew();
                attempt(() -> other.tryAcquire("held").ifPresent(ResourceLink::close));
            }
        });
        attempt(() -> factory.publish("kept", Content.of(new byte[5000]),
                CreateOptions.defaults().withTtl(Duration.ofMillis(1)).withKeep(true)).close());
        attempt(() -> factory.remove("kept"));
        attempt(() -> factory.collectOrphans(Duration.ZERO));
    }

    private static void read(ResourceLink acquired) {
        try (acquired) {
            if (acquired.payload().byteSize() != 8000) {
                throw new AssertionError("Another payload.");
            }
        }
    }

    /** One that was cut short goes on where it was. */
    private static void closeOrCloseAgain(ResourceLinkFactory opened) {
        try {
            opened.close();
        } catch (OutOfMemoryError _) {
            closeOrCloseAgain(opened);
        }
    }

    private static void publish(ResourceLinkFactory factory, ResourceLinkFactory other) {
        try (ResourceLink link = factory.publish("recycled", Content.of(new byte[8000]));
                ResourceLink again = link.retain()) {
            other.tryAcquire("recycled").ifPresent(EmptyHeapLife::read);
            if (again.refcount() < 1) {
                throw new AssertionError("A link without a reference.");
            }
        }
    }
}
