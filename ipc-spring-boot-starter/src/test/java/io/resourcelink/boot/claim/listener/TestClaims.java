package io.resourcelink.boot.claim.listener;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.StdSerializer;

import io.resourcelink.Content;
import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.claim.Claims;
import io.resourcelink.claim.Claim;
import io.resourcelink.claim.ClaimFetcher;
import io.resourcelink.claim.ClaimOptions;
import io.resourcelink.claim.ClaimSigner;
import io.resourcelink.claim.LocalClaims;
import io.resourcelink.error.ClaimGoneException;
import io.resourcelink.error.ClaimUnavailableException;

/** Near claims are opened as they are; far ones are fetched from a {@link TestOrigin}. */
record TestClaims(LocalClaims local, boolean fetching) implements Claims {

    static final ClaimSigner SIGNER = ClaimSigner.of(List.of(new byte[ClaimSigner.MIN_SECRET]));

    /** {@return claims of one host, without signatures} */
    static Claims of(ResourceLinkFactory factory) {
        return new TestClaims(LocalClaims.unsigned(factory), false);
    }

    @Override
    public <X extends Exception> Claim publish(Content<X> content, ClaimOptions options) throws X {
        return local.publish(content, options);
    }

    @Override
    public ResourceLink open(Claim claim) {
        return local.tryOpen(claim).orElseGet(() -> fetching && !local.isNear(claim) ? far(claim) : local.open(claim));
    }

    private ResourceLink far(Claim claim) {
        try {
            return local.openReplica(claim, Duration.ofSeconds(10), TestClaims::fetch);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void fetch(Claim claim, ClaimFetcher.Sink sink) throws IOException {
        if (claim.origins().isEmpty()) {
            throw new ClaimUnavailableException(claim.key(), "it has no origin", null);
        }
        HttpURLConnection connection = (HttpURLConnection) claim.origins().getFirst().resolve("/" + claim.key()).toURL()
                .openConnection();
        switch (connection.getResponseCode()) {
            case HttpURLConnection.HTTP_OK -> sink.append(ByteBuffer.wrap(connection.getInputStream().readAllBytes()));
            case HttpURLConnection.HTTP_GONE -> throw new ClaimGoneException(claim.key(), "the origin says so");
            default -> throw new ClaimUnavailableException(claim.key(), "the origin is busy", null);
        }
    }

    @Override
    public Duration messageTtl(Claim claim) {
        return Duration.between(Instant.now(), claim.expiresAt()).minusSeconds(1);
    }

    @Override
    public ResourceLink open(Claim claim, Duration timeout) {
        return open(claim);
    }

    @Override
    public boolean isNear(Claim claim) {
        return local.isNear(claim);
    }

    @Override
    public Claim renew(Claim claim) {
        return local.renew(claim).orElseThrow();
    }

    @Override
    public boolean settle(Claim claim) {
        return local.settle(claim);
    }

    @Configuration(proxyBeanMethods = false)
    static class Configured {

        @Bean
        Claims claims(ResourceLinkFactory factory) {
            return new TestClaims(LocalClaims.signed(factory, SIGNER), true);
        }
    }

    /** Writes a claim as its text. */
    public static final class Module extends SimpleModule {

        private static final long serialVersionUID = 1L;

        /** For the service loader. */
        public Module() {
            super("claims");
            addSerializer(Claim.class, new StdSerializer<>(Claim.class) {

                @Override
                public void serialize(Claim claim, JsonGenerator generator, SerializationContext context) {
                    generator.writeString(claim.toText());
                }
            });
            addDeserializer(Claim.class, new StdDeserializer<>(Claim.class) {

                @Override
                public Claim deserialize(JsonParser parser, DeserializationContext context) {
                    return Claim.parse(parser.getString());
                }
            });
        }
    }
}
