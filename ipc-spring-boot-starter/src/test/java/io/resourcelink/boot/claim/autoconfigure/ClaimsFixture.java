package io.resourcelink.boot.claim.autoconfigure;

import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

import io.resourcelink.Content;
import io.resourcelink.ResourceLink;
import io.resourcelink.boot.TestDirectories;
import io.resourcelink.boot.claim.Claims;
import io.resourcelink.claim.Claim;
import io.resourcelink.claim.ClaimFetcher;
import io.resourcelink.claim.ClaimOptions;

import static org.assertj.core.api.Assertions.assertThat;

/** Claims as an application has them. Another host is another directory, and a fetcher that has the bytes. */
abstract class ClaimsFixture {

    static final String SECRET = secret(1);
    static final ClaimOptions HOUR = ClaimOptions.defaults().withTtl(Duration.ofHours(1));
    static final ClaimOptions WITH_ORIGIN = HOUR.withOrigins(List.of(URI.create("http://localhost:1")));

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    @RegisterExtension
    final TestDirectories otherHost = new TestDirectories();

    static String secret(int value) {
        byte[] bytes = new byte[32];
        bytes[0] = (byte) value;
        return Base64.getEncoder().encodeToString(bytes);
    }

    static ApplicationContextRunner runner(TestDirectories host) {
        return host.runner(ClaimSignerAutoConfiguration.class, ClaimsAutoConfiguration.class);
    }

    final ApplicationContextRunner signing() {
        return runner(directories).withPropertyValues("ipc.claims.secrets=" + SECRET);
    }

    /** An application on another host, which can fetch three bytes. */
    final ApplicationContextRunner far(AtomicInteger fetches) {
        return runner(otherHost).withPropertyValues("ipc.claims.secrets=" + SECRET).withBean(ClaimFetcher.class,
                () -> (claim, sink) -> {
                    fetches.incrementAndGet();
                    sink.append(ByteBuffer.wrap(new byte[]{ 1, 2, 3 }));
                });
    }

    static Claims claims(ApplicationContext context) {
        return context.getBean(Claims.class);
    }

    static Claim publish(ApplicationContext context, ClaimOptions options) {
        return claims(context).publish(Content.of(new byte[]{ 1, 2, 3 }), options);
    }

    static void assertReads(Claims claims, Claim claim) {
        try (ResourceLink link = claims.open(claim)) {
            assertThat(link.readPayload(0, 3)).containsExactly(1, 2, 3);
        }
    }
}
