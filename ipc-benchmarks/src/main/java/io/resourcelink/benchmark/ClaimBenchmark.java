package io.resourcelink.benchmark;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

import io.resourcelink.Content;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.claim.Claim;
import io.resourcelink.claim.ClaimOptions;
import io.resourcelink.claim.ClaimSigner;
import io.resourcelink.claim.LocalClaims;

/**
 * A signed claim of this host is opened, beside acquiring the same segment by its key. Another factory has published it and holds
 * no reference.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class ClaimBenchmark {

    private final ScratchDirectory directory = ScratchDirectory.open();
    private final ResourceLinkFactory owner = directory.factory();
    private final ResourceLinkFactory factory = directory.factory();
    private final LocalClaims claims;
    private final Claim claim;
    private final String text;

    /** Publishes the payload. */
    public ClaimBenchmark() {
        ClaimSigner signer = ClaimSigner.of(List.of(new byte[ClaimSigner.MIN_SECRET]));
        claims = LocalClaims.signed(factory, signer);
        claim = LocalClaims.signed(owner, signer).publish(Content.of(new byte[ScratchDirectory.PAYLOAD]),
                ClaimOptions.defaults().withTtl(Duration.ofHours(1)));
        text = claim.toText();
    }

    /** Its signature is verified, its segment acquired, its nonce and length compared. */
    @Benchmark
    public void openAndRelease() {
        claims.open(claim).close();
    }

    /** The same, of the text that has come in a message. */
    @Benchmark
    public void parseOpenAndRelease() {
        claims.open(Claim.parse(text)).close();
    }

    /** What that is compared with. */
    @Benchmark
    public void acquireAndRelease() {
        factory.acquire(claim.key()).close();
    }

    /**
     * Leaves nothing behind.
     *
     * @throws IOException if it cannot
     */
    @TearDown
    public void tearDown() throws IOException {
        factory.close();
        owner.remove(claim.key());
        owner.close();
        directory.close();
    }
}
