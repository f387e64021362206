package io.resourcelink.boot.claim.http;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.claim.Claim;
import io.resourcelink.claim.LocalClaims;

/** A process on another host, which its directory stands for: some readers of one claim. It says what each has read. */
final class FarReader {

    private FarReader() {}

    /**
     * Runs.
     *
     * @param arguments directory, number of readers, text of the claim
     * @throws Exception if a reader fails
     */
    public static void main(String[] arguments) throws Exception {
        int readers = Integer.parseInt(arguments[1]);
        Claim claim = Claim.parse(arguments[2]);
        HttpClaimFetcher fetcher = HttpClaimFetcher.builder(Origins.signer()).connectTimeout(Duration.ofSeconds(1))
                .allowedOrigins(claim.origins().stream().map(Object::toString).toList()).build();
        try (ResourceLinkFactory factory = ResourceLinkFactory.builder().directory(Path.of(arguments[0])).build();
                ExecutorService threads = Executors.newFixedThreadPool(readers)) {
            LocalClaims claims = LocalClaims.signed(factory, Origins.signer());
            System.out.println("reading");
            List<Future<String>> read = new ArrayList<>();
            for (int reader = 0; reader < readers; reader++) {
                read.add(threads.submit((Callable<String>) () -> {
                    try (ResourceLink link = claims.openReplica(claim, Duration.ofSeconds(50), fetcher)) {
                        byte[] bytes = link.readPayload(0, (int) link.payloadSize());
                        return link.nonce() + " " + HexFormat.of().formatHex(ReprDigest.sha256().digest(bytes));
                    }
                }));
            }
            for (Future<String> one : read) {
                System.out.println(one.get());
            }
        }
    }
}
