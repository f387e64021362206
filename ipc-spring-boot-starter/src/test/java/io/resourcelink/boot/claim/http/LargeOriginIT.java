package io.resourcelink.boot.claim.http;

import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.resourcelink.Content;
import io.resourcelink.PeerProcess;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.TestDirectories;
import io.resourcelink.claim.Claim;
import io.resourcelink.claim.ClaimOptions;
import io.resourcelink.claim.LocalClaims;
import io.resourcelink.segment.ResourceKind;

import static org.assertj.core.api.Assertions.assertThat;

/** A payload that is larger than the heap of the process that sends it. {@code -Dipc.claims.mib=1024} makes it a gigabyte. */
@Timeout(180)
class LargeOriginIT {

    private static final long SIZE = Long.getLong("ipc.claims.mib", 96) << 20;

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    private static List<String> command(String... arguments) {
        List<String> command = new ArrayList<>(PeerProcess.java(OriginProcess.class));
        command.replaceAll(word -> word.startsWith("-Xmx") ? "-Xmx64m" : word);
        command.addAll(List.of(arguments));
        return command;
    }

    @Test
    void payloadMayBeLargerThanTheHeap() throws Exception {
        try (ResourceLinkFactory factory = directories.factory();
                PeerProcess process = PeerProcess.start(command("--server.address=127.0.0.1",
                        "--ipc.directory=" + directories.memory(),
                        "--ipc.mapped-file-directory=" + directories.files()));
                HttpClient client = HttpClient.newHttpClient()) {
            URI uri = Origins.uri(Integer.parseInt(process.readLine().replace("port ", ""))).resolve("/ipc/claims");
            // Another process than the one that sends it publishes it.
            LocalClaims claims = LocalClaims.signed(factory, Origins.signer());
            Claim claim = claims.publish(Content.filling(SIZE, memory -> memory.fill((byte) 7)),
                    ClaimOptions.defaults().withKind(ResourceKind.MAPPED_FILE).withTtl(Duration.ofMinutes(5)));

            HttpResponse<InputStream> response = client.send(request("GET", uri, claim), BodyHandlers.ofInputStream());
            assertThat(response.headers().firstValueAsLong("Content-Length")).isEqualTo(OptionalLong.of(SIZE));
            MessageDigest digest = ReprDigest.sha256();
            try (InputStream body = new DigestInputStream(response.body(), digest)) {
                assertThat(body.transferTo(OutputStream.nullOutputStream())).isEqualTo(SIZE);
            }
            assertThat(client.send(request("HEAD", uri, claim), BodyHandlers.discarding()).headers()
                    .firstValue("Repr-Digest")).hasValue(ReprDigest.format(digest.digest()));
            assertThat(claims.settle(claim)).isTrue();
        }
    }

    private static HttpRequest request(String method, URI uri, Claim claim) {
        return HttpRequest.newBuilder(uri).method(method, HttpRequest.BodyPublishers.noBody())
                .header("Authorization", Origins.signer().authorize(method, claim, Instant.now().plusSeconds(60)))
                .header("Want-Repr-Digest", "sha-256=1").build();
    }
}
