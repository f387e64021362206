package io.resourcelink.boot.messaging;

import java.io.IOException;
import java.lang.reflect.Method;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.springframework.messaging.handler.annotation.support.DefaultMessageHandlerMethodFactory;
import org.springframework.messaging.handler.annotation.support.MessageHandlerMethodFactory;
import org.springframework.messaging.handler.invocation.InvocableHandlerMethod;

import io.resourcelink.Content;
import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.TestDirectories;
import io.resourcelink.boot.claim.ClaimOrigins;
import io.resourcelink.boot.claim.Claims;
import io.resourcelink.boot.claim.HostClaims;
import io.resourcelink.boot.claim.http.HttpClaimFetcher;
import io.resourcelink.boot.claim.listener.AsyncReturn;
import io.resourcelink.boot.claim.listener.ClaimHandlerMethodFactory;
import io.resourcelink.boot.claim.listener.OpenClaim;
import io.resourcelink.claim.Claim;
import io.resourcelink.claim.ClaimFetcher;
import io.resourcelink.claim.ClaimOptions;
import io.resourcelink.claim.ClaimSigner;
import io.resourcelink.claim.LocalClaims;
import io.resourcelink.segment.SpaceId;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Steps of a life in which payloads are published as claims, opened, fetched and handed to listeners. Each has a factory of its own,
 * because the thread that collects what is kept ends with it.
 */
@SuppressWarnings("unchecked")
final class LifeOfClaims {

    private static final ClaimOptions MINUTE = ClaimOptions.defaults().withTtl(Duration.ofMinutes(1));
    private static final byte[] PAYLOAD = { 1, 2, 3 };

    private final TestDirectories directories;
    private final Hooks hooks;
    private final Injection injection;
    private final ClaimSigner signer = ClaimSigner.of(List.of(new byte[ClaimSigner.MIN_SECRET]));

    LifeOfClaims(TestDirectories directories, Hooks hooks, Injection injection) {
        this.directories = directories;
        this.hooks = hooks;
        this.injection = injection;
    }

    /** Claims with all that an application gives them. */
    private HostClaims claims(LocalClaims local) {
        HostClaims claims = new HostClaims(local);
        claims.setObservationRegistry(hooks.observations());
        claims.setVerification(injection.telling(UnaryOperator.class, (UnaryOperator<Claim>) signer::verify));
        claims.setPublication(injection.telling(HostClaims.Publication.class,
                settling -> assertThat(settling).isNotNull()));
        return claims;
    }

    /** Something that is done with claims. */
    private interface Use {

        void run(LocalClaims local, HostClaims claims) throws Exception;
    }

    /** If publishing fails, nothing may be left. What the step itself has published goes with it. */
    private void use(Use use) throws Exception {
        try (ResourceLinkFactory factory = directories.factory()) {
            LocalClaims local = LocalClaims.signed(factory, signer);
            use.run(local, claims(local));
        }
    }

    void near() throws Exception {
        use((local, claims) -> {
            Claim claim = claims.publish(Content.of(PAYLOAD), MINUTE);
            try {
                claims.open(claim).close();
                assertThat(claims.messageTtl(claims.renew(claim))).isPositive();
            } finally {
                assertThat(claims.settle(claim)).isTrue();
            }
        });
    }

    void far() throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        try {
            URI origin = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
            use((local, claims) -> {
                Claim near = local.publish(Content.of(PAYLOAD), MINUTE);
                assertThat(local.settle(near)).isTrue();
                Claim far = signer.sign(new Claim(new SpaceId("f".repeat(32)), near.key(), near.kind(), near.nonce(),
                        PAYLOAD.length, near.expiresAt(), List.of(origin)));
                server.createContext("/", exchange -> answer(exchange, far));
                server.start();
                fetch(claims, far, HttpClaimFetcher.builder(signer).allowedOrigins(List.of(origin.toString()))
                        .observations(hooks.observations()).tls(injection.telling(Supplier.class, () -> null)).build(),
                        local);
            });
        } finally {
            server.stop(0);
        }
    }

    private void fetch(HostClaims claims, Claim far, HttpClaimFetcher fetcher, LocalClaims local) {
        claims.setFetcher((claim, sink) -> fetcher.fetch(claim, injection.telling(ClaimFetcher.Sink.class, sink)),
                injection.telling(ClaimOrigins.class, fetcher.origins()));
        try {
            try (ResourceLink link = claims.open(far)) {
                assertThat(link.readPayload(0, PAYLOAD.length)).isEqualTo(PAYLOAD);
            }
            assertThat(claims.renew(far).key()).isEqualTo(far.key());
            assertThat(claims.settle(far)).isTrue();
        } finally {
            local.removeReplica(far);
        }
        assertThat(fetcher.statistics().running()).isZero();
    }

    private static void answer(HttpExchange exchange, Claim claim) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestMethod().equals("POST")
                    ? claim.toText().getBytes(StandardCharsets.US_ASCII)
                    : PAYLOAD;
            exchange.getResponseHeaders().set("Repr-Digest", "sha-256=:" + digest() + ':');
            boolean settled = exchange.getRequestMethod().equals("DELETE");
            exchange.sendResponseHeaders(settled ? 204 : 200, settled ? -1 : body.length);
            if (!settled) {
                exchange.getResponseBody().write(body);
            }
        }
    }

    private static String digest() {
        try {
            return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-256").digest(PAYLOAD));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    void listen() throws Exception {
        use((local, claims) -> {
            Claim claim = local.publish(Content.of(PAYLOAD), MINUTE);
            try {
                DefaultMessageHandlerMethodFactory methods = new DefaultMessageHandlerMethodFactory();
                methods.afterPropertiesSet();
                Claims opening = injection.telling(Claims.class, claims);
                Method method = Listener.class.getMethod("read", ResourceLink.class);
                InvocableHandlerMethod made = new ClaimHandlerMethodFactory(
                        injection.telling(MessageHandlerMethodFactory.class, methods),
                        injection.telling(Supplier.class, () -> opening), AsyncReturn.AWAIT)
                        .createInvocableHandlerMethod(new Listener(), method);
                assertThat(made.invoke(hooks.message(claim.toText()))).isEqualTo(1);
            } finally {
                assertThat(local.settle(claim)).as("held by nobody").isTrue();
            }
        });
    }

    /** What a listener of a broker does. */
    interface Reading {

        int read(ResourceLink link);
    }

    final class Listener implements Reading {

        @Override
        public int read(@OpenClaim ResourceLink link) {
            injection.called();
            return link.readPayload(0, 1)[0];
        }
    }
}
