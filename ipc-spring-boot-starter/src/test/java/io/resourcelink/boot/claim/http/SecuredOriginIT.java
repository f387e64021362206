package io.resourcelink.boot.claim.http;

import java.io.File;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.resourcelink.PeerProcess;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.TestDirectories;
import io.resourcelink.claim.Claim;

import static org.assertj.core.api.Assertions.assertThat;

/** An origin in an application that Spring Boot secures with Spring Security. */
@Timeout(120)
class SecuredOriginIT {

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    private static List<String> command(String... arguments) {
        List<String> command = new ArrayList<>(PeerProcess.java(OriginProcess.class));
        int path = command.indexOf("-cp") + 1;
        command.set(path, Stream.of("spring-boot-security", "spring-security-config", "spring-security-web",
                "spring-security-core", "spring-security-crypto")
                .map(name -> Objects.requireNonNull(System.getProperty(name + ".jar"), name))
                .collect(Collectors.joining(File.pathSeparator, "", File.pathSeparator)) + command.get(path));
        command.addAll(List.of(arguments));
        return command;
    }

    @Test
    void exactlyItsPathIsLetThrough() throws Exception {
        try (PeerProcess process = PeerProcess.start(command("--secured", "--server.address=127.0.0.1",
                "--ipc.directory=" + directories.memory(), "--ipc.mapped-file-directory=" + directories.files(),
                "--ipc.channels.directory=" + directories.channels()));
                HttpClient client = HttpClient.newHttpClient()) {
            URI base = Origins.uri(Integer.parseInt(process.readLine().replace("port ", "")));
            Claim claim = Claim.parse(process.ask("127.0.0.1"));

            HttpResponse<byte[]> bytes = send(client, base.resolve("/ipc/claims"), "GET", claim);
            assertThat(bytes.statusCode()).isEqualTo(200);
            assertThat(bytes.body()).hasSize(1_000_000);
            assertThat(send(client, base.resolve("/ipc/claims"), "POST", claim).statusCode()).isEqualTo(200);
            assertThat(send(client, base.resolve("/ipc/claims"), "GET", null).headers().firstValue("WWW-Authenticate"))
                    .hasValue("IPC-Claim");
            for (String path : List.of("/other", "/ipc/claims/x", "/ipc/claims/", "/ipc", "/ipc/claims;a=b",
                    "/ipc//claims")) {
                HttpResponse<byte[]> other = send(client, base.resolve(path), "GET", claim);
                assertThat(other.statusCode()).as(path).isIn(400, 401, 403);
                assertThat(other.headers().allValues("WWW-Authenticate")).doesNotContain("IPC-Claim");
            }
            assertThat(send(client, base.resolve("/ipc/claims"), "DELETE", claim).statusCode()).isEqualTo(204);
        }
        try (ResourceLinkFactory factory = directories.factory()) {
            assertThat(factory.list()).isEmpty();
        }
    }

    private static HttpResponse<byte[]> send(HttpClient client, URI uri, String method, @Nullable Claim claim)
            throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).method(method, HttpRequest.BodyPublishers.noBody());
        if (claim != null) {
            request.header("Authorization", Origins.signer().authorize(method, claim, Instant.now().plusSeconds(60)));
        }
        return client.send(request.build(), BodyHandlers.ofByteArray());
    }
}
