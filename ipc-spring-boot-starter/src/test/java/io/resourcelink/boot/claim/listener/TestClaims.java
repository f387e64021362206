package io.resourcelink.boot.claim.listener;

import java.time.Duration;
import java.time.Instant;

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
import io.resourcelink.claim.ClaimOptions;
import io.resourcelink.claim.LocalClaims;

/** Claims of one host, without signatures. */
record TestClaims(LocalClaims local) implements Claims {

    static Claims of(ResourceLinkFactory factory) {
        return new TestClaims(LocalClaims.unsigned(factory));
    }

    @Override
    public <X extends Exception> Claim publish(Content<X> content, ClaimOptions options) throws X {
        return local.publish(content, options);
    }

    @Override
    public ResourceLink open(Claim claim) {
        return local.open(claim);
    }

    @Override
    public Duration messageTtl(Claim claim) {
        return Duration.between(Instant.now(), claim.expiresAt()).minusSeconds(1);
    }

    @Override
    public boolean settle(Claim claim) {
        return local.settle(claim);
    }

    @Configuration(proxyBeanMethods = false)
    static class Configured {

        @Bean
        Claims claims(ResourceLinkFactory factory) {
            return of(factory);
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
