package io.resourcelink.claim;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.PeerProcess;
import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.segment.ResourceKind;
import io.resourcelink.segment.SpaceId;

import static org.assertj.core.api.Assertions.assertThat;

/** Processes that are killed while they fetch a far claim that others wait for. */
@Timeout(120)
@ExtendWith(SharedMemoryDirectory.class)
class KilledFetchIT {

    private static final int LENGTH = 1 << 20;
    private static final int HALF = LENGTH / 2;

    private static ClaimSigner signer() {
        return ClaimSigner.of(List.of(new byte[32]));
    }

    private static Claim far() {
        return signer().sign(new Claim(new SpaceId("f".repeat(32)), "claim-" + "0".repeat(32),
                ResourceKind.SHARED_MEMORY, 7, LENGTH, Instant.now().plusSeconds(3600), List.of()));
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) 5);
        return bytes;
    }

    @Test
    void afterAKillExactlyOneWaitingReaderFetchesFromTheFirstByte(Path directory) throws Exception {
        Claim claim = far();
        try (ResourceLinkFactory factory = ResourceLinkFactory.builder().directory(directory).build();
                PeerProcess dying = PeerProcess.start(Fetching.class, List.of(), directory.toString(),
                        claim.toText())) {
            dying.expect("fetching 0");
            dying.expect("half");
            List<PeerProcess> readers = new ArrayList<>();
            AtomicInteger here = new AtomicInteger();
            try {
                for (int reader = 0; reader < 2; reader++) {
                    PeerProcess started = PeerProcess.start(Waiting.class, List.of(), directory.toString(),
                            claim.toText());
                    readers.add(started);
                    started.expect("waiting");
                }
                CountDownLatch begun = new CountDownLatch(1);
                Thread own = Thread.ofPlatform().start(() -> {
                    begun.countDown();
                    open(factory, claim, here);
                });
                begun.await();
                assertThat(factory.list()).isEmpty();
                dying.kill();
                int fetches = 0;
                for (PeerProcess reader : readers) {
                    fetches += Integer.parseInt(reader.readLine());
                }
                own.join();
                assertThat(fetches + here.get()).isOne();
            } finally {
                readers.forEach(PeerProcess::close);
            }
            assertThat(factory.list()).hasSize(1);
            assertThat(LocalClaims.signed(factory, signer()).removeReplica(claim)).isTrue();
        }
    }

    @Test
    void aKilledFetchLeavesNothingAfterASweep(Path directory) throws Exception {
        Claim claim = far();
        try (ResourceLinkFactory factory = ResourceLinkFactory.builder().directory(directory).build();
                PeerProcess dying = PeerProcess.start(Fetching.class, List.of(), directory.toString(),
                        claim.toText())) {
            dying.expect("fetching 0");
            dying.expect("half");
            dying.kill();
            assertThat(factory.collectOrphans(Duration.ZERO).collected()).hasSize(1)
                    .allSatisfy(staged -> assertThat(staged.key()).startsWith(".stage/claim-"));
            assertThat(SharedMemoryDirectory.files(directory)).isEmpty();
        }
    }

    private static void open(ResourceLinkFactory factory, Claim claim, AtomicInteger fetches) {
        try (ResourceLink link = LocalClaims.signed(factory, signer()).openReplica(claim, Duration.ofSeconds(100),
                (fetched, sink) -> {
                    fetches.incrementAndGet();
                    assertThat(sink.position()).isZero();
                    sink.append(ByteBuffer.wrap(bytes(LENGTH)));
                })) {
            assertThat(link.readPayload(0, LENGTH)).isEqualTo(bytes(LENGTH));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Fetches half of a claim, and waits to be killed. */
    static final class Fetching {

        public static void main(String[] arguments) throws InterruptedException {
            try (ResourceLinkFactory factory = ResourceLinkFactory.builder().directory(Path.of(arguments[0])).build()) {
                LocalClaims.signed(factory, signer()).openReplica(Claim.parse(arguments[1]), Duration.ofSeconds(100),
                        (_, sink) -> {
                            System.out.println("fetching " + sink.position());
                            sink.append(ByteBuffer.wrap(bytes(HALF)));
                            System.out.println("half");
                            awaitTheEnd();
                        });
            }
        }

        private static void awaitTheEnd() throws IOException {
            while (System.in.read() >= 0) {
                Thread.onSpinWait();
            }
        }
    }

    /** Opens a claim that another process fetches, and says how often it fetched itself. */
    static final class Waiting {

        public static void main(String[] arguments) {
            AtomicInteger fetches = new AtomicInteger();
            try (ResourceLinkFactory factory = ResourceLinkFactory.builder().directory(Path.of(arguments[0])).build()) {
                System.out.println("waiting");
                open(factory, Claim.parse(arguments[1]), fetches);
                System.out.println(fetches);
            }
        }
    }
}
