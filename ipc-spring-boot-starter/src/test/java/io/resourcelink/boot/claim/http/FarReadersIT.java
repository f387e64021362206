package io.resourcelink.boot.claim.http;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.resourcelink.PeerProcess;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.TestDirectories;
import io.resourcelink.claim.Claim;
import io.resourcelink.claim.LocalClaims;

import static org.assertj.core.api.Assertions.assertThat;

/** Eight readers of one claim in several processes of a host that does not have it. */
@Timeout(120)
class FarReadersIT {

    private static final byte[] PAYLOAD = Origins.bytes(3_000_000);
    private static final String DIGEST = HexFormat.of().formatHex(ReprDigest.sha256().digest(PAYLOAD));

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    private final AtomicInteger fetching = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private final List<PeerProcess> processes = new ArrayList<>();
    private final Set<String> nonces = new HashSet<>();

    private PeerProcess start(int readers, Claim claim) throws IOException {
        PeerProcess process = PeerProcess.start(FarReader.class, List.of(), directories.memory().toString(),
                String.valueOf(readers), claim.toText());
        processes.add(process);
        process.expect("reading");
        return process;
    }

    private void assertRead(PeerProcess process, int readers) throws IOException {
        for (int reader = 0; reader < readers; reader++) {
            String[] read = process.readLine().split(" ", 2);
            nonces.add(read[0]);
            assertThat(read[1]).isEqualTo(DIGEST);
        }
    }

    private void answer(ScriptedOrigin.Request request, OutputStream out) throws IOException {
        if (request.isHead()) {
            ScriptedOrigin.sendDigest(out, PAYLOAD);
            return;
        }
        most.accumulateAndGet(fetching.incrementAndGet(), Math::max);
        try {
            ScriptedOrigin.send(out, "200 OK", "Content-Length: " + PAYLOAD.length);
            out.write(PAYLOAD);
        } finally {
            fetching.decrementAndGet();
        }
    }

    private void assertFetches(ScriptedOrigin origin, int count) {
        List<ScriptedOrigin.Request> gets = origin.requests().stream().filter(request -> !request.isHead()).toList();
        assertThat(gets).hasSize(count).allSatisfy(request -> assertThat(request.header("Range")).isNull());
        assertThat(most).hasValue(1);
        assertThat(nonces).hasSize(1);
    }

    @Test
    void thereIsOneFetchForAllOfThem() throws Exception {
        try (ScriptedOrigin origin = new ScriptedOrigin(this::answer)) {
            Claim claim = Origins.claim(PAYLOAD.length, origin.uri());
            for (int process = 0; process < 2; process++) {
                start(4, claim);
            }
            for (PeerProcess process : processes) {
                assertRead(process, 4);
            }
            assertFetches(origin, 1);
            remove(claim);
        } finally {
            processes.forEach(PeerProcess::close);
        }
    }

    @Test
    void afterAKillThereIsExactlyOneMoreFromTheFirstByte() throws Exception {
        CountDownLatch half = new CountDownLatch(1);
        CountDownLatch killed = new CountDownLatch(1);
        try (ScriptedOrigin origin = new ScriptedOrigin((request, out) -> {
            if (request.number() > 0) {
                answer(request, out);
                return;
            }
            ScriptedOrigin.send(out, "200 OK", "Content-Length: " + PAYLOAD.length);
            out.write(PAYLOAD, 0, PAYLOAD.length / 2);
            half.countDown();
            try {
                killed.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        })) {
            Claim claim = Origins.claim(PAYLOAD.length, origin.uri());
            PeerProcess dying = start(1, claim);
            half.await();
            for (int process = 0; process < 2; process++) {
                start(4, claim);
            }
            dying.kill();
            killed.countDown();
            for (PeerProcess process : processes.subList(1, processes.size())) {
                assertRead(process, 4);
            }
            assertFetches(origin, 2);
            remove(claim);
        } finally {
            processes.forEach(PeerProcess::close);
        }
    }

    private void remove(Claim claim) {
        try (ResourceLinkFactory factory = directories.factory()) {
            assertThat(LocalClaims.signed(factory, Origins.signer()).removeReplica(claim)).isTrue();
            factory.collectOrphans(Duration.ZERO);
        }
    }
}
