package io.resourcelink.boot.claim.http;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Random;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.http.converter.autoconfigure.HttpMessageConvertersAutoConfiguration;
import org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.TestDirectories;
import io.resourcelink.boot.autoconfigure.IpcAutoConfiguration;
import io.resourcelink.boot.claim.http.autoconfigure.ClaimOriginAutoConfiguration;
import io.resourcelink.claim.Claim;
import io.resourcelink.claim.ClaimSigner;
import io.resourcelink.claim.LocalClaims;
import io.resourcelink.segment.ResourceKind;
import io.resourcelink.segment.SpaceId;

import static org.assertj.core.api.Assertions.assertThat;

/** Origins on the loopback address, and claims for them. */
final class Origins {

    static final String SECRET = Base64.getEncoder().encodeToString("a secret of thirty-two bytes: 01".getBytes(
            StandardCharsets.US_ASCII));

    private Origins() {}

    static ClaimSigner signer() {
        return ClaimSigner.ofBase64(List.of(SECRET));
    }

    static ClaimSigner otherSigner() {
        return ClaimSigner.of(List.of(new byte[32]));
    }

    static URI uri(int port) {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** {@return a claim of a directory that exists nowhere} */
    static Claim claim(long length, URI... origins) {
        return claim(length, Instant.now().plusSeconds(3600), origins);
    }

    static Claim claim(long length, Instant end, URI... origins) {
        return signer().sign(new Claim(new SpaceId("e".repeat(32)), "claim-" + "0".repeat(32),
                ResourceKind.SHARED_MEMORY, 7, length, end, List.of(origins)));
    }

    /** {@return the same claim at other addresses} */
    static Claim at(Claim claim, URI... origins) {
        return signer().sign(new Claim(claim.space(), claim.key(), claim.kind(), claim.nonce(), claim.length(),
                claim.expiresAt(), List.of(origins)));
    }

    static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    /** Starts an application with an origin on a free port. */
    static Application start(TestDirectories directories, String... properties) {
        ConfigurableApplicationContext context = new SpringApplicationBuilder(Producer.class)
                .web(WebApplicationType.SERVLET).properties(directories.properties())
                .properties("server.port=0", "server.address=127.0.0.1", "spring.main.banner-mode=off",
                        "spring.jmx.enabled=false")
                .properties(properties).run();
        return new Application(context);
    }

    record Application(ConfigurableApplicationContext context) implements AutoCloseable {

        int port() {
            return context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
        }

        LocalClaims claims() {
            return context.getBean(LocalClaims.class);
        }

        ClaimOrigin origin() {
            return context.getBean(ClaimOrigin.class);
        }

        @Override
        public void close() {
            context.close();
            assertThat(context.isActive()).isFalse();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration({ IpcAutoConfiguration.class, ClaimOriginAutoConfiguration.class,
        TomcatServletWebServerAutoConfiguration.class, DispatcherServletAutoConfiguration.class,
        WebMvcAutoConfiguration.class, HttpMessageConvertersAutoConfiguration.class })
    static class Producer {

        @Bean
        ClaimSigner claimSigner() {
            return signer();
        }

        @Bean
        LocalClaims localClaims(ResourceLinkFactory factory, ClaimSigner signer) {
            return LocalClaims.signed(factory, signer);
        }
    }
}
