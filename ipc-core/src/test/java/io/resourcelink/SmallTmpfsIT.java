package io.resourcelink;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.error.OutOfSpaceException;
import io.resourcelink.error.SpaceLimit;
import io.resourcelink.internal.mapping.Reclaimer;
import io.resourcelink.internal.os.SystemCalls;
import io.resourcelink.segment.Retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/** A full file system, for real: a tmpfs of 4 MiB in a mount name space of the child's own. */
@ExtendWith(SharedMemoryDirectory.class)
class SmallTmpfsIT {

    private static final String MOUNT_AND_RUN = "mount -t tmpfs -o size=4m,nr_inodes=40 tmpfs \"$1\" && shift && exec \"$@\"";

    private static List<String> onSmallTmpfs(Path directory) {
        return List.of("unshare", "--user", "--map-root-user", "--mount", "sh", "-c", MOUNT_AND_RUN, "sh",
                directory.toString());
    }

    private static void assumeMountsAreAllowed(Path directory) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(onSmallTmpfs(directory));
        command.add("true");
        try {
            int status = new ProcessBuilder(command).start().waitFor();
            assumeThat(status).as("unshare --user --mount works here").isZero();
        } catch (IOException _) {
            assumeThat(false).as("unshare is installed").isTrue();
        }
    }

    @Test
    void creatingBeyondTheFreeSpaceIsATypedErrorThatLeavesNothing(Path directory) throws Exception {
        assumeMountsAreAllowed(directory);
        try (PeerProcess peer = PeerProcess.start(Peer.class, onSmallTmpfs(directory), directory.toString())) {
            peer.expect("ready");
            assertThat(peer.ask("create fits 3000000")).isEqualTo("ok");
            assertThat(peer.ask("create toolarge 3000000")).startsWith("OutOfSpaceException")
                    .contains("it needs 3000064 bytes").contains("--shm-size");
            assertThat(peer.ask("acquire toolarge")).startsWith("SegmentNotFoundException");
            assertThat(peer.ask("release fits")).isEqualTo("ok");
            assertThat(peer.ask("create toolarge 3000000")).isEqualTo("ok");
        }
    }

    @Test
    void publishingBeyondTheFreeSpaceIsATypedErrorThatLeavesNothing(Path directory) throws Exception {
        assumeMountsAreAllowed(directory);
        try (PeerProcess peer = PeerProcess.start(Publishing.class, onSmallTmpfs(directory), directory.toString())) {
            assertThat(peer.readLine()).isEqualTo("done");
            assertThat(peer.waitFor()).isZero();
        }
    }

    /** What is kept for later makes room for what is needed now, also if that shows only while it is written. */
    static final class Publishing {

        public static void main(String[] arguments) {
            try (ResourceLinkFactory factory = ResourceLinkFactory.builder().directory(Path.of(arguments[0]))
                    .recycling(new Retention(9, 1 << 30, Duration.ofDays(1))).build();
                    ResourceLinkFactory other = ResourceLinkFactory.builder().directory(Path.of(arguments[0]))
                            .build()) {
                long free = factory.capacity().free();
                for (int round = 0; round < 3; round++) {
                    factory.publish("kept-" + round, Content.of(new byte[700_000])).close();
                }
                check(factory.recycling().bytes() == 700_064, "kept: " + factory.recycling());
                ResourceLink seen = factory.publish("seen", Content.of(new byte[700_000]));
                other.acquire("seen").close();
                seen.close();
                factory.publish("large", Content.of(new byte[3_800_000])).close();
                check(factory.recycling().bytes() == 0, "kept: " + factory.recycling());
                Deadline.awaitTrue("all room is free again", () -> factory.capacity().free() == free);
                competeWhileWriting(factory);
                check(factory.list().isEmpty(), "left: " + factory.list());
                Deadline.awaitTrue("all room is free again", () -> factory.capacity().free() == free);
                System.out.println("done");
            }
        }

        /** The room is there when publishing begins, and taken by another before it ends. */
        private static void competeWhileWriting(ResourceLinkFactory factory) {
            List<ResourceLink> others = new ArrayList<>();
            InputStream slow = new InputStream() {
                @Override
                public int read() {
                    return 1;
                }

                @Override
                public int readNBytes(byte[] buffer, int offset, int length) {
                    if (others.isEmpty()) {
                        others.add(factory.create("other", 2_500_000));
                    }
                    return length;
                }
            };
            try {
                factory.publish("unlucky", Content.of(slow, 3_000_000));
                throw new AssertionError("There was no room for both.");
            } catch (OutOfSpaceException _) {
                others.forEach(ResourceLink::close);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static void check(boolean holds, String otherwise) {
            if (!holds) {
                throw new AssertionError(otherwise);
            }
        }
    }

    @Test
    void memoryThatAnotherThreadFreesMeanwhileIsRoom(Path directory) throws Exception {
        assumeMountsAreAllowed(directory);
        try (PeerProcess peer = PeerProcess.start(Freeing.class, onSmallTmpfs(directory), directory.toString())) {
            assertThat(peer.readLine()).isEqualTo("done");
            assertThat(peer.waitFor()).isZero();
        }
    }

    /** Released segments are unmapped by another thread, here just after a query that still counts their memory. */
    static final class Freeing {

        public static void main(String[] arguments) {
            Thread main = Thread.currentThread();
            SystemCalls.Companion freeing = new SystemCalls.Companion() {
                @Override
                public int before(String function, int nth) {
                    return 0;
                }

                @Override
                public void after(String function, int nth) {
                    if (function.equals("fstatfs")) {
                        Reclaimer.reclaimNow();
                    }
                }
            };
            try (ResourceLinkFactory factory = ResourceLinkFactory.builder().directory(Path.of(arguments[0]))
                    .recycling(Retention.NONE).build();
                    SystemCalls _ = SystemCalls.accompanied(freeing, main::equals)) {
                for (int round = 0; round < 20; round++) {
                    factory.publish("frame", Content.of(new byte[3_000_000])).close();
                }
                System.out.println("done");
            }
        }
    }

    @Test
    void whatIsKeptForLaterIsAShareOfTheRoomThatOthersLeave(Path directory) throws Exception {
        assumeMountsAreAllowed(directory);
        try (PeerProcess peer = PeerProcess.start(Sharing.class, onSmallTmpfs(directory), directory.toString())) {
            assertThat(peer.readLine()).isEqualTo("done");
            assertThat(peer.waitFor()).isZero();
        }
    }

    /** Keeps a quarter of what is free: nothing while the rest is in use, and less when it comes to be. */
    static final class Sharing {

        public static void main(String[] arguments) {
            try (ResourceLinkFactory factory = ResourceLinkFactory.builder().directory(Path.of(arguments[0]))
                    .recycling(new Retention(9, 1 << 30, Duration.ofDays(1))).build()) {
                try (ResourceLink _ = factory.create("others", 3_000_000)) {
                    for (int round = 0; round < 5; round++) {
                        factory.publish("frame", Content.of(new byte[400_000])).close();
                    }
                    Publishing.check(factory.recycling().bytes() == 0, "kept: " + factory.recycling());
                }
                Deadline.awaitTrue("it is kept when there is room", () -> {
                    factory.publish("frame", Content.of(new byte[400_000])).close();
                    return factory.recycling().bytes() == 400_064;
                });
                try (ResourceLink _ = factory.create("others", 3_000_000)) {
                    Deadline.awaitTrue("it is given up", () -> factory.recycling().bytes() == 0);
                }
                System.out.println("done");
            }
        }
    }

    @Test
    void spaceThatOthersTakeWhileItIsReservedIsATypedErrorToo(Path directory) throws Exception {
        assumeMountsAreAllowed(directory);
        try (PeerProcess peer = PeerProcess.start(Crowd.class, onSmallTmpfs(directory), directory.toString())) {
            assertThat(peer.readLine()).isEqualTo("done");
            assertThat(peer.waitFor()).isZero();
        }
    }

    /** Many threads compete for the last bytes and the last inodes; then all of the space is free again. */
    static final class Crowd {

        public static void main(String[] arguments) throws InterruptedException {
            try (ResourceLinkFactory factory = ResourceLinkFactory.builder().directory(Path.of(arguments[0])).build()) {
                long free = factory.capacity().free();
                List<Thread> threads = new ArrayList<>();
                for (int number = 0; number < 4; number++) {
                    String key = "crowd-" + number;
                    threads.add(Thread.ofPlatform().start(() -> {
                        for (int round = 0; round < 200; round++) {
                            try (ResourceLink link = factory.create(key, 1_500_000)) {
                                link.payload().fill((byte) round);
                            } catch (OutOfSpaceException _) {
                                Thread.onSpinWait();
                            }
                        }
                    }));
                }
                for (Thread thread : threads) {
                    thread.join();
                }
                exhaustInodes(factory);
                System.out.println(factory.capacity().free() == free && factory.list().isEmpty()
                        ? "done"
                        : "left: " + factory.list() + ", " + factory.capacity().free() + " of " + free);
            }
        }

        private static void exhaustInodes(ResourceLinkFactory factory) {
            List<ResourceLink> links = new ArrayList<>();
            try {
                for (int number = 0; number < 100; number++) {
                    links.add(factory.create("inode-" + number, 0));
                }
                throw new AssertionError("No end of inodes.");
            } catch (OutOfSpaceException e) {
                Publishing.check(e.limit() == SpaceLimit.INODES && e.remedy().contains("nr_inodes")
                        && String.valueOf(e.getMessage()).contains("no inode left"), String.valueOf(e.getMessage()));
                links.forEach(ResourceLink::close);
            }
        }
    }
}
