package io.resourcelink.boot.claim.http.autoconfigure;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.web.servlet.handler.SimpleUrlHandlerMapping;

import io.resourcelink.Content;
import io.resourcelink.boot.TestDirectories;
import io.resourcelink.boot.autoconfigure.InvalidIpcPropertyException;
import io.resourcelink.boot.autoconfigure.IpcAutoConfiguration;
import io.resourcelink.boot.claim.ClaimOrigins;
import io.resourcelink.boot.claim.Claims;
import io.resourcelink.boot.claim.autoconfigure.ClaimSignerAutoConfiguration;
import io.resourcelink.boot.claim.autoconfigure.ClaimsAutoConfiguration;
import io.resourcelink.boot.claim.http.ClaimOrigin;
import io.resourcelink.claim.Claim;
import io.resourcelink.claim.ClaimFetcher;
import io.resourcelink.claim.ClaimOptions;
import io.resourcelink.claim.ClaimSigner;
import io.resourcelink.error.ClaimGoneException;
import io.resourcelink.error.ClaimUnavailableException;
import io.resourcelink.segment.SpaceId;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class ClaimHttpAutoConfigurationTest {

    private static final String SECRET = "ipc.claims.secrets=" + "A".repeat(43) + "=";

    private static final String ALLOWED = "ipc.claims.fetch.allowed-origins=http://localhost:1";

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    private WebApplicationContextRunner web() {
        return new WebApplicationContextRunner().withConfiguration(AutoConfigurations.of(IpcAutoConfiguration.class,
                ClaimSignerAutoConfiguration.class, ClaimsAutoConfiguration.class, ClaimFetchAutoConfiguration.class,
                ClaimOriginAutoConfiguration.class, SslAutoConfiguration.class))
                .withPropertyValues(directories.properties()).withPropertyValues(ALLOWED);
    }

    @Test
    void withASecretThereAreAnOriginAndAFetcher() {
        web().withPropertyValues(SECRET, "ipc.claims.origin.path=/under/a/path").run(context -> {
            assertThat(context).hasSingleBean(ClaimOrigin.class).hasSingleBean(ClaimFetcher.class)
                    .hasSingleBean(ClaimOrigins.class).hasSingleBean(Claims.class);
            assertThat(context.getBean(SimpleUrlHandlerMapping.class).getUrlMap()).containsOnlyKeys("/under/a/path");
            assertThat(context.getBean(ClaimOrigin.class).isRunning()).isTrue();
        });
    }

    @Test
    void withoutASecretThereIsNeither() {
        web().run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(ClaimOrigin.class)
                .doesNotHaveBean(SimpleUrlHandlerMapping.class).doesNotHaveBean(ClaimFetcher.class));
    }

    @Test
    void withoutAnAllowedOriginNothingIsFetched() {
        web().withPropertyValues(SECRET, "ipc.claims.fetch.allowed-origins=", "ipc.claims.origins=http://localhost:1")
                .run(context -> {
                    assertThat(context).hasSingleBean(ClaimOrigin.class).doesNotHaveBean(ClaimFetcher.class);
                    Claims claims = context.getBean(Claims.class);
                    Claim claim = claims.publish(Content.of(new byte[3]),
                            ClaimOptions.defaults().withTtl(Duration.ofHours(1)));
                    claims.settle(claim);
                    assertThatExceptionOfType(ClaimGoneException.class).as("it was here")
                            .isThrownBy(() -> claims.open(claim));
                    Claim far = context.getBean(ClaimSigner.class).sign(new Claim(new SpaceId("0".repeat(32)),
                            claim.key(), claim.kind(), claim.nonce(), 3, claim.expiresAt(), claim.origins()));
                    assertThatExceptionOfType(ClaimUnavailableException.class).isThrownBy(() -> claims.open(far))
                            .withMessageContaining("ipc.claims.fetch.allowed-origins");
                });
    }

    @Test
    void originCanBeLeftOut() {
        web().withPropertyValues(SECRET, "ipc.claims.origin.enabled=false").run(context -> assertThat(context)
                .doesNotHaveBean(ClaimOrigin.class).hasSingleBean(ClaimFetcher.class));
        web().withPropertyValues(SECRET, "ipc.enabled=false").run(context -> assertThat(context).hasNotFailed()
                .doesNotHaveBean(ClaimOrigin.class).doesNotHaveBean(ClaimFetcher.class));
        directories.runner(ClaimSignerAutoConfiguration.class, ClaimFetchAutoConfiguration.class,
                ClaimOriginAutoConfiguration.class).withPropertyValues(SECRET, ALLOWED).run(
                        context -> assertThat(context)
                                .doesNotHaveBean(ClaimOrigin.class).hasSingleBean(ClaimFetcher.class));
    }

    @Test
    void fetcherOfTheApplicationStays() {
        ClaimFetcher own = (_, _) -> {};
        web().withPropertyValues(SECRET).withBean("own", ClaimFetcher.class, () -> own)
                .run(context -> assertThat(context).hasSingleBean(ClaimFetcher.class)
                        .doesNotHaveBean(ClaimOrigins.class));
    }

    @ParameterizedTest
    @ValueSource(strings = { "ipc.claims.origin.path=claims", "ipc.claims.origin.path=/",
        "ipc.claims.origin.path=/a/**",
        "ipc.claims.origin.max-responses=0", "ipc.claims.fetch.connect-timeout=0s",
        "ipc.claims.fetch.allowed-origins=example.org", "ipc.claims.fetch.allowed-origins=*" })
    void valueOutOfRangeIsRefusedWithTheNameOfTheProperty(String property) {
        web().withPropertyValues(SECRET, property).run(context -> assertThat(context).getFailure().rootCause()
                .isInstanceOf(InvalidIpcPropertyException.class)
                .hasMessageContaining("Property " + property.split("=", 2)[0] + " must be "));
    }

    @Test
    void bundleThatIsMissingIsNamed() {
        web().withPropertyValues(SECRET, "ipc.claims.fetch.ssl-bundle=other").run(context -> assertThat(context)
                .getFailure().rootCause().isInstanceOf(NoSuchSslBundleException.class).hasMessageContaining("other"));
    }
}
