package io.resourcelink.claim;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

import io.resourcelink.Deadline;
import io.resourcelink.InProcessMemory;
import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.ResourceLinkFactoryBuilder;
import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.error.ClaimGoneException;
import io.resourcelink.error.ClaimUnavailableException;
import io.resourcelink.error.IpcException;
import io.resourcelink.error.OutOfSpaceException;
import io.resourcelink.segment.ResourceKind;
import io.resourcelink.segment.ResourceLinkInfo;
import io.resourcelink.segment.SpaceId;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/** Fetching far claims in one process, whose factories stand for processes. */
@ParameterizedClass
@ValueSource(booleans = { true, false })
@Timeout(60)
@ExtendWith(SharedMemoryDirectory.class)
class ReplicaTest {

    private static final Duration LONG = Duration.ofSeconds(50);
    private static final int LENGTH = 100_000;

    private final boolean inDirectory;
    private final ClaimSigner signer = ClaimSigner.of(List.of(new byte[32]));
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicInteger fetches = new AtomicInteger();
    private ResourceLinkFactoryBuilder builder;
    private ResourceLinkFactory factory;
    private LocalClaims claims;
    private Claim claim;

    ReplicaTest(boolean inDirectory) {
        this.inDirectory = inDirectory;
    }

    @BeforeEach
    void open(Path directory) {
        builder = inDirectory
                ? ResourceLinkFactory.builder().directory(directory)
                : ResourceLinkFactory.builder().inProcess(new InProcessMemory(1 << 20));
        factory = builder.build();
        claims = LocalClaims.signed(factory, signer);
        claim = far(LENGTH, Instant.now().plusSeconds(3600));
    }

    @AfterEach
    void close() {
        threads.close();
        claims.removeReplica(claim);
        assertThat(factory.list()).isEmpty();
        factory.close();
    }

    private Claim far(long length, Instant expiresAt) {
        return signer.sign(new Claim(new SpaceId("f".repeat(32)), "claim-" + "0".repeat(32), ResourceKind.SHARED_MEMORY,
                7, length, expiresAt, List.of()));
    }

    /** Hands over bytes that say where they are, in uneven pieces. */
    private void fetch(Claim fetched, ClaimFetcher.Sink sink) {
        fetches.incrementAndGet();
        send(sink, fetched.length());
    }

    private static void send(ClaimFetcher.Sink sink, long until) {
        byte[] piece = new byte[33_333];
        while (sink.position() < until) {
            int length = (int) Math.min(piece.length, until - sink.position());
            for (int index = 0; index < length; index++) {
                piece[index] = (byte) ((sink.position() + index) % 251);
            }
            sink.append(ByteBuffer.wrap(piece, 0, length));
        }
    }

    private static void assertComplete(ResourceLink link) {
        byte[] payload = link.readPayload(0, LENGTH);
        assertThat(link.payloadSize()).isEqualTo(LENGTH);
        assertThat(payload[99_999]).isEqualTo((byte) (99_999 % 251));
        assertThat(payload[250]).isEqualTo((byte) 250);
    }

    private void assertFails(Class<? extends Throwable> type, ClaimFetcher fetcher) {
        assertThatExceptionOfType(type).isThrownBy(() -> claims.openReplica(claim, LONG, fetcher));
        assertThat(factory.list()).isEmpty();
        assertThat(claims.tryOpenReplica(claim)).isEmpty();
    }

    @Test
    void theFirstReaderFetchesAndTheNextOnesOpen() throws Exception {
        assertThat(claims.tryOpenReplica(claim)).isEmpty();
        try (ResourceLink link = claims.openReplica(claim, LONG, this::fetch)) {
            assertComplete(link);
            assertThat(link.key()).isEqualTo(ClaimKeys.replica(claim));
        }
        try (ResourceLinkFactory other = builder.build()) {
            LocalClaims others = LocalClaims.signed(other, signer);
            others.openReplica(claim, Duration.ZERO, this::fetch).close();
            others.tryOpenReplica(claim).orElseThrow().close();
        }
        assertThat(fetches).hasValue(1);
        ResourceLinkInfo replica = factory.list().getFirst();
        assertThat(replica.keep()).isTrue();
        assertThat(replica.ttl()).isBetween(Duration.ofMinutes(59), Duration.ofMinutes(60));
        assertThat(claims.removeReplica(claim)).isTrue();
        assertThat(claims.removeReplica(claim)).isFalse();
    }

    @Test
    void manyReadersCauseOneFetchAtATime() throws Exception {
        CountDownLatch waiting = new CountDownLatch(7);
        AtomicInteger running = new AtomicInteger();
        ClaimFetcher slow = (fetched, sink) -> {
            assertThat(running.incrementAndGet()).isOne();
            waiting.await();
            fetch(fetched, sink);
            running.decrementAndGet();
        };
        List<Future<ResourceLink>> readers = new ArrayList<>();
        List<ResourceLinkFactory> others = new ArrayList<>();
        for (int reader = 0; reader < 8; reader++) {
            ResourceLinkFactory other = builder.build();
            others.add(other);
            readers.add(threads.submit(() -> {
                waiting.countDown();
                return LocalClaims.signed(other, signer).openReplica(claim, LONG, slow);
            }));
        }
        for (Future<ResourceLink> reader : readers) {
            assertComplete(reader.get());
        }
        others.forEach(ResourceLinkFactory::close);
        assertThat(fetches).hasValue(1);
    }

    @Test
    void aFailedFetchLeavesNothingAndAnotherReaderTries() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch failing = new CountDownLatch(1);
        Future<ResourceLink> first = threads.submit(() -> claims.openReplica(claim, LONG, (_, sink) -> {
            send(sink, 50_000);
            begun.countDown();
            failing.await();
            throw new IOException("reset");
        }));
        begun.await();
        Future<ResourceLink> second = threads.submit(() -> claims.openReplica(claim, LONG, (fetched, sink) -> {
            assertThat(sink.position()).isZero();
            fetch(fetched, sink);
        }));
        assertThat(factory.list()).isEmpty();
        failing.countDown();
        assertThatExceptionOfType(ExecutionException.class).isThrownBy(first::get)
                .withCauseInstanceOf(ClaimUnavailableException.class).withRootCauseInstanceOf(IOException.class);
        try (ResourceLink link = second.get()) {
            assertComplete(link);
        }
    }

    @Test
    void whatTheFetcherSaysGoesThrough() {
        assertFails(ClaimGoneException.class, (_, _) -> {
            throw new ClaimGoneException("key", "410");
        });
        assertFails(UnsupportedOperationException.class, (_, _) -> {
            throw new UnsupportedOperationException();
        });
        assertFails(StackOverflowError.class, (_, sink) -> {
            send(sink, 1000);
            throw new StackOverflowError();
        });
        assertFails(InterruptedException.class, (_, _) -> {
            throw new InterruptedException();
        });
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void moreOrFewerBytesThanTheClaimSaysAreRefused() {
        assertFails(ClaimUnavailableException.class, (_, sink) -> send(sink, LENGTH - 1));
        assertFails(ClaimUnavailableException.class, (_, sink) -> send(sink, LENGTH + 1));
        assertFails(ClaimUnavailableException.class, (_, sink) -> {
            send(sink, LENGTH);
            sink.append(ByteBuffer.allocate(1));
        });
        assertFails(ClaimUnavailableException.class, (_, _) -> {
            // Nothing at all.
        });
    }

    @Test
    void aLengthThatHasNoRoomIsATypedError() {
        claim = far(1L << 60, Instant.now().plusSeconds(3600));
        assertFails(OutOfSpaceException.class, (_, _) -> {
            throw new AssertionError("fetched");
        });
    }

    @Test
    void aClaimWhoseTimeIsOverIsNotFetched() {
        claim = far(LENGTH, Instant.now().minusMillis(1));
        assertFails(ClaimGoneException.class, this::fetch);
        Claim later = far(LENGTH, Instant.now().plusSeconds(60));
        assertThatExceptionOfType(ClaimGoneException.class)
                .isThrownBy(
                        () -> claims.withClock(Clock.fixed(later.expiresAt(), ZoneOffset.UTC)).openReplica(later, LONG,
                                this::fetch));
        assertThat(fetches).hasValue(0);
    }

    @Test
    void theDeadlineIsOneForTheWholeFetch() {
        Duration timeout = Duration.ofMillis(20);
        assertThatExceptionOfType(ClaimUnavailableException.class)
                .isThrownBy(() -> claims.openReplica(claim, timeout, (_, sink) -> {
                    assertThat(sink.remaining()).isLessThanOrEqualTo(timeout);
                    Deadline.awaitTrue("the time is over", () -> !sink.remaining().isPositive());
                    sink.append(ByteBuffer.allocate(1));
                })).withMessageContaining("PT0.02S");
        assertThatExceptionOfType(ClaimUnavailableException.class)
                .isThrownBy(() -> claims.openReplica(claim, timeout, (_, sink) -> {
                    send(sink, LENGTH);
                    Deadline.awaitTrue("the time is over", () -> !sink.remaining().isPositive());
                }));
        assertThatExceptionOfType(ClaimUnavailableException.class)
                .isThrownBy(() -> claims.openReplica(claim, Duration.ZERO, this::fetch));
        assertThat(factory.list()).isEmpty();
        assertThat(fetches).hasValue(0);
    }

    /** Runs something while another reader fetches. */
    private void whileFetching(Attempt attempt) throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch going = new CountDownLatch(1);
        Future<ResourceLink> fetching = threads.submit(() -> claims.openReplica(claim, LONG, (fetched, sink) -> {
            begun.countDown();
            going.await();
            fetch(fetched, sink);
        }));
        begun.await();
        try {
            attempt.run();
        } finally {
            going.countDown();
        }
        try (ResourceLink link = fetching.get()) {
            assertComplete(link);
        }
        assertThat(fetches).hasValue(1);
    }

    private interface Attempt {
        void run() throws Exception;
    }

    @Test
    void aReaderWaitsNoLongerThanItsOwnDeadline() throws Exception {
        whileFetching(() -> {
            for (Duration timeout : List.of(Duration.ZERO, Duration.ofMillis(70))) {
                assertThatExceptionOfType(ClaimUnavailableException.class)
                        .isThrownBy(() -> claims.openReplica(claim, timeout, this::fetch));
            }
        });
    }

    @Test
    void aWaitingReaderIsInterrupted() throws Exception {
        whileFetching(() -> {
            Thread.currentThread().interrupt();
            assertThatExceptionOfType(InterruptedException.class)
                    .isThrownBy(() -> claims.openReplica(claim, Duration.ofSeconds(Long.MAX_VALUE), this::fetch));
            assertThat(Thread.interrupted()).isFalse();
        });
    }

    @Test
    void aWaitingReaderEndsWithItsFactory() throws Exception {
        ResourceLinkFactory closing = builder.build();
        whileFetching(() -> {
            Thread[] reader = new Thread[1];
            CountDownLatch started = new CountDownLatch(1);
            Future<ResourceLink> waiting = threads.submit(() -> {
                reader[0] = Thread.currentThread();
                started.countDown();
                return LocalClaims.signed(closing, signer).openReplica(claim, LONG, this::fetch);
            });
            started.await();
            Deadline.awaitTrue("it waits", () -> reader[0].getState() == Thread.State.TIMED_WAITING);
            closing.close();
            assertThatExceptionOfType(ExecutionException.class).isThrownBy(waiting::get)
                    .withCauseInstanceOf(IllegalStateException.class);
        });
    }

    @Test
    void aFetchEndsWithItsFactoryAndLeavesNothing() {
        ResourceLinkFactory closing = builder.build();
        assertThatIllegalStateException()
                .isThrownBy(() -> LocalClaims.signed(closing, signer).openReplica(claim, LONG, (_, sink) -> {
                    send(sink, 50_000);
                    closing.close();
                    send(sink, LENGTH);
                }));
        assertThat(factory.list()).isEmpty();
    }

    @Test
    void aFetchThatIsInterruptedLeavesNothing() {
        assertFails(InterruptedException.class, (_, sink) -> {
            send(sink, 50_000);
            Thread.currentThread().interrupt();
            send(sink, LENGTH);
        });
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void aSweepTakesNoReservationFromAFetch() throws Exception {
        whileFetching(() -> {
            assertThat(factory.collectOrphans(Duration.ZERO).collected()).isEmpty();
            assertThatExceptionOfType(IpcException.class)
                    .isThrownBy(() -> claims.openReplica(claim, Duration.ofMillis(70), this::fetch));
        });
    }
}
