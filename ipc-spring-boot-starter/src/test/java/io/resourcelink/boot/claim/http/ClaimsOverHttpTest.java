package io.resourcelink.boot.claim.http;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import brave.handler.MutableSpan;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import io.resourcelink.Content;
import io.resourcelink.ResourceLink;
import io.resourcelink.boot.TestDirectories;
import io.resourcelink.boot.Traced;
import io.resourcelink.boot.claim.Claims;
import io.resourcelink.boot.claim.autoconfigure.ClaimSignerAutoConfiguration;
import io.resourcelink.boot.claim.autoconfigure.ClaimsAutoConfiguration;
import io.resourcelink.boot.claim.http.autoconfigure.ClaimFetchAutoConfiguration;
import io.resourcelink.boot.metrics.ClaimFetchMetrics;
import io.resourcelink.boot.metrics.ClaimOriginMetrics;
import io.resourcelink.boot.metrics.autoconfigure.IpcMetricsAutoConfiguration;
import io.resourcelink.claim.Claim;
import io.resourcelink.claim.ClaimOptions;
import io.resourcelink.error.ClaimGoneException;
import io.resourcelink.error.ClaimUnavailableException;
import io.resourcelink.error.InvalidClaimException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/** {@link Claims} of an application on another host than the producer's. */
@Tag("slow")
@Timeout(60)
class ClaimsOverHttpTest {

    private static final byte[] PAYLOAD = Origins.bytes(1_000_000);
    private static final ClaimOptions MINUTE = ClaimOptions.defaults().withTtl(Duration.ofMinutes(1));

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    @RegisterExtension
    final TestDirectories far = new TestDirectories();

    private ApplicationContextRunner consumer(String allowed) {
        return far.runner(ClaimSignerAutoConfiguration.class, ClaimsAutoConfiguration.class,
                ClaimFetchAutoConfiguration.class)
                .withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class)).withPropertyValues(
                        "ipc.claims.secrets=" + Origins.SECRET, "ipc.claims.fetch.allowed-origins=" + allowed);
    }

    private static Claim publish(Origins.Application producer, String origin) {
        return producer.claims().publish(Content.of(PAYLOAD), MINUTE.withOrigins(List.of(java.net.URI.create(origin))));
    }

    @Test
    void farClaimIsOpenedRenewedAndSettled() {
        try (Origins.Application producer = Origins.start(directories)) {
            String origin = Origins.uri(producer.port()).toString();
            Claim claim = publish(producer, origin);
            consumer(origin).run(context -> {
                Claims claims = context.getBean(Claims.class);
                assertThat(claims.isNear(claim)).isFalse();
                try (ResourceLink link = claims.open(claim)) {
                    assertThat(link.readPayload(0, PAYLOAD.length)).isEqualTo(PAYLOAD);
                }
                Claim renewed = claims.renew(claim);
                assertThat(renewed.expiresAt()).isAfterOrEqualTo(claim.expiresAt());
                assertThat(claims.settle(renewed)).isTrue();
                assertThat(claims.settle(renewed)).isFalse();
                assertThatExceptionOfType(ClaimGoneException.class).isThrownBy(() -> claims.open(claim));
                assertThatExceptionOfType(ClaimGoneException.class).isThrownBy(() -> claims.renew(claim));
            });
            assertThat(producer.claims().tryOpen(claim)).isEmpty();
        }
    }

    @Test
    void whatTravelsIsMeasured() {
        SimpleMeterRegistry served = new SimpleMeterRegistry();
        SimpleMeterRegistry fetched = new SimpleMeterRegistry();
        try (Origins.Application producer = Origins.start(directories)) {
            ClaimOrigin origin = producer.origin();
            new ClaimOriginMetrics(origin).bindTo(served);
            String address = Origins.uri(producer.port()).toString();
            Claim claim = publish(producer, address);
            consumer(address).withConfiguration(AutoConfigurations.of(IpcMetricsAutoConfiguration.class))
                    .withBean(MeterRegistry.class, () -> fetched).run(context -> {
                        context.getBean(ClaimFetchMetrics.class).bindTo(fetched);
                        Claims claims = context.getBean(Claims.class);
                        claims.open(claim).close();
                        claims.open(claim).close();
                        assertThat(fetched.get("ipc.claim.fetch.bytes").functionCounter().count()).isEqualTo(1e6);
                        assertThat(fetched.get("ipc.claim.fetch.running").gauge().value()).isZero();
                        assertThat(claims.settle(claim)).isTrue();
                        assertThatExceptionOfType(ClaimGoneException.class).isThrownBy(() -> claims.open(claim));
                        origin.stop();
                        assertThatExceptionOfType(ClaimUnavailableException.class)
                                .isThrownBy(() -> claims.open(claim, Duration.ofMillis(500)));
                    });
            consumer(address).withPropertyValues("ipc.claims.secrets=" + "A".repeat(43) + "=")
                    .run(context -> assertThatExceptionOfType(InvalidClaimException.class)
                            .isThrownBy(() -> context.getBean(Claims.class).open(Origins.otherSigner().sign(claim))));
            await().until(() -> origin.openResponses() == 0);
            assertThat(requests(served, "served")).as("GET, HEAD and DELETE").isEqualTo(3);
            assertThat(requests(served, "missing")).isEqualTo(1);
            assertThat(requests(served, "refused")).isEqualTo(1);
            assertThat(requests(served, "busy")).isPositive();
            assertThat(served.get("ipc.claim.origin.bytes").functionCounter().count()).isEqualTo(1e6);
            assertThat(served.get("ipc.claim.origin.responses").gauge().value()).isZero();
        }
    }

    private static double requests(SimpleMeterRegistry registry, String outcome) {
        return registry.get("ipc.claim.origin.requests").tag("outcome", outcome).functionCounter().count();
    }

    @Test
    void otherSecretIsRefusedOnBothSides() {
        try (Origins.Application producer = Origins.start(directories)) {
            String origin = Origins.uri(producer.port()).toString();
            Claim claim = publish(producer, origin);
            Claim forged = Origins.otherSigner().sign(claim);
            consumer(origin).run(context -> assertThatExceptionOfType(InvalidClaimException.class)
                    .isThrownBy(() -> context.getBean(Claims.class).open(forged)));
            consumer(origin).withPropertyValues("ipc.claims.secrets=" + "A".repeat(43) + "=")
                    .run(context -> assertThatExceptionOfType(InvalidClaimException.class)
                            .isThrownBy(() -> context.getBean(Claims.class).open(forged))
                            .withMessageContaining("status 401"));
            assertThat(producer.claims().settle(claim)).isTrue();
        }
        assertThat(far.keys()).isEmpty();
    }

    @Test
    void httpsWorksWithACertificateThatTheBundleTrusts(@TempDir Path work) throws Exception {
        Path store = work.resolve("origin.p12");
        Process keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair", "-alias", "origin", "-keyalg", "EC", "-dname", "CN=localhost", "-ext",
                "SAN=dns:localhost,ip:127.0.0.1", "-validity", "1", "-storetype", "PKCS12", "-keystore",
                store.toString(), "-storepass", "changeit").inheritIO().start();
        assertThat(keytool.waitFor()).isZero();
        try (Origins.Application producer = Origins.start(directories, "server.ssl.key-store=" + store,
                "server.ssl.key-store-password=changeit")) {
            String origin = "https://localhost:" + producer.port();
            Claim claim = publish(producer, origin);
            consumer(origin).run(context -> assertThatExceptionOfType(ClaimUnavailableException.class)
                    .isThrownBy(() -> context.getBean(Claims.class).open(claim)).withMessageContaining("PKIX"));
            consumer(origin).withPropertyValues("ipc.claims.fetch.ssl-bundle=origins",
                    "spring.ssl.bundle.jks.origins.truststore.location=" + store.toUri(),
                    "spring.ssl.bundle.jks.origins.truststore.password=changeit").run(context -> {
                        Claims claims = context.getBean(Claims.class);
                        try (ResourceLink link = claims.open(claim)) {
                            assertThat(link.readPayload(0, PAYLOAD.length)).isEqualTo(PAYLOAD);
                        }
                        assertThat(claims.settle(claim)).isTrue();
                    });
        }
    }

    @Test
    void oneTraceSpansOpeningSettlingAndTheRequests() throws Exception {
        try (Traced traced = new Traced(); ScriptedOrigin origin = new ScriptedOrigin((request, out) -> {
            ScriptedOrigin.sendDigest(out, PAYLOAD);
            if (!request.isHead()) {
                out.write(PAYLOAD);
            }
        })) {
            Claim claim = Origins.claim(PAYLOAD.length, origin.uri());
            consumer(origin.uri().toString()).withBean(ObservationRegistry.class, traced::observations).run(context -> {
                Claims claims = context.getBean(Claims.class);
                Observation.createNotStarted("order", traced.observations()).observe(() -> {
                    claims.open(claim).close();
                    assertThat(claims.settle(claim)).isTrue();
                });
            });
            assertThat(traced.spans()).extracting(MutableSpan::name).containsExactly("claim fetch", "claim open",
                    "claim settle", "order");
            String trace = traced.spans().getFirst().traceId();
            assertThat(traced.spans()).extracting(MutableSpan::traceId).containsOnly(trace);
            assertThat(origin.requests()).hasSizeGreaterThan(1)
                    .allSatisfy(request -> assertThat(request.lines().toString()).contains(trace));
        }
    }
}
