package io.resourcelink.boot.claim.autoconfigure;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import io.resourcelink.boot.autoconfigure.InvalidIpcPropertyException;
import io.resourcelink.boot.claim.ClaimModule;
import io.resourcelink.boot.claim.Claims;
import io.resourcelink.claim.Claim;
import io.resourcelink.claim.ClaimOptions;
import io.resourcelink.claim.ClaimSigner;
import io.resourcelink.error.ClaimGoneException;
import io.resourcelink.error.ClaimUnavailableException;
import io.resourcelink.error.InvalidClaimException;
import io.resourcelink.error.OutOfSpaceException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Claims of one host, and how they are configured. */
class ClaimsAutoConfigurationTest extends ClaimsFixture {

    @Test
    void aNearClaimIsOpenedAndSettled() {
        signing().run(context -> {
            Claim claim = publish(context, HOUR);
            assertThat(claim.isSigned()).isTrue();
            assertThat(claims(context).isNear(claim)).isTrue();
            assertReads(claims(context), claim);
            assertReads(claims(context), Claim.parse(claim.toText()));
            assertThat(claims(context).settle(claim)).isTrue();
            assertThat(claims(context).settle(claim)).isFalse();
            assertThatExceptionOfType(ClaimGoneException.class).isThrownBy(() -> claims(context).open(claim));
        });
    }

    @Test
    void anApplicationThatDoesNotUseThemHasNoDirectory() {
        runner(directories).run(context -> {
            assertThat(context).hasNotFailed().hasSingleBean(Claims.class);
            assertThat(context.getBeanFactory().containsSingleton("claims")).isFalse();
        });
    }

    @Test
    void anEmptySecretIsNone() {
        runner(directories).withPropertyValues("ipc.claims.secrets=").run(context -> {
            assertThat(context).hasNotFailed().doesNotHaveBean(ClaimSigner.class);
            Claim claim = publish(context, HOUR);
            assertThat(claim.isSigned()).isFalse();
            claims(context).settle(claim);
        });
    }

    @Test
    void withoutASecretClaimsAreNearOnly() {
        AtomicInteger fetches = new AtomicInteger();
        runner(directories).run(near -> {
            Claim claim = publish(near, WITH_ORIGIN);
            assertThat(claim.isSigned()).isFalse();
            assertReads(claims(near), claim);
            far(fetches).run(far -> assertThatExceptionOfType(InvalidClaimException.class)
                    .isThrownBy(() -> claims(far).open(claim)));
            runner(otherHost).run(far -> assertThatExceptionOfType(ClaimUnavailableException.class)
                    .isThrownBy(() -> claims(far).open(claim)));
            claims(near).settle(claim);
        });
        assertThat(fetches).hasValue(0);
    }

    @Test
    void aClaimThatIsSignedWithAnotherSecretIsRefusedUntilTheSecretIsKnown() {
        signing().run(context -> {
            Claim claim = publish(context, HOUR);
            runner(directories).withPropertyValues("ipc.claims.secrets=" + secret(2))
                    .run(other -> assertThatExceptionOfType(InvalidClaimException.class)
                            .isThrownBy(() -> claims(other).open(claim)).withMessageContaining("ipc.claims.secrets"));
            runner(directories).withPropertyValues("ipc.claims.secrets[0]=" + secret(2),
                    "ipc.claims.secrets[1]=" + SECRET).run(other -> assertReads(claims(other), claim));
            claims(context).settle(claim);
        });
    }

    @Test
    void aMessageEndsBeforeItsPayload() {
        signing().run(context -> {
            Claim hour = publish(context, HOUR);
            assertThat(claims(context).messageTtl(hour)).isBetween(Duration.ofMinutes(59), Duration.ofSeconds(3595));
            Claim second = publish(context, ClaimOptions.defaults().withTtl(Duration.ofSeconds(10)));
            assertThat(claims(context).messageTtl(second)).isBetween(Duration.ofMillis(1), Duration.ofSeconds(9));
            Claim over = new Claim(hour.space(), hour.key(), hour.kind(), hour.nonce(), 3, Instant.EPOCH, List.of());
            assertThat(claims(context).messageTtl(over)).as("zero would mean for ever").isEqualTo(Duration.ofMillis(1));
            claims(context).settle(hour);
            claims(context).settle(second);
        });
    }

    @Test
    void originsOfThePropertiesAreThoseOfClaimsThatDoNotSay() {
        signing().withPropertyValues("ipc.claims.origins=http://localhost:8080,http://localhost:8081/a")
                .run(context -> {
                    Claim claim = publish(context, HOUR);
                    assertThat(claim.origins()).containsExactly(URI.create("http://localhost:8080"),
                            URI.create("http://localhost:8081/a"));
                    Claim said = publish(context, WITH_ORIGIN);
                    assertThat(said.origins()).containsExactly(URI.create("http://localhost:1"));
                    claims(context).settle(claim);
                    claims(context).settle(said);
                });
    }

    @Test
    void noMoreIsKeptThanTheBoundAllows() {
        signing().withPropertyValues("ipc.space.kept=100B").run(context -> {
            Claim claim = publish(context, HOUR);
            assertThatExceptionOfType(OutOfSpaceException.class).isThrownBy(() -> publish(context, HOUR))
                    .withMessageContaining("ipc.space.kept");
            claims(context).settle(claim);
            claims(context).settle(publish(context, HOUR));
        });
    }

    @Test
    void wrongValuesNameTheProperty() {
        assertRefused("ipc.claims.secrets", "tooshort");
        assertRefused("ipc.claims.secrets", "!" + SECRET);
        assertRefused("ipc.claims.host-id", " ");
        assertRefused("ipc.claims.origins", "ftp://localhost");
        assertRefused("ipc.claims.origins", "http://user@localhost");
        assertRefused("ipc.claims.fetch-timeout", "0s");
    }

    @Test
    void aPlaceholderWithoutAValueIsNamedAndNothingAroundItShown() {
        runner(directories).withPropertyValues("ipc.claims.secrets=" + SECRET + ",a${NOBODY_HAS_SET_THIS}tail")
                .run(context -> assertThat(context).getFailure().rootCause()
                        .hasMessageContaining("refused: nothing has set ${NOBODY_HAS_SET_THIS}.")
                        .hasMessageNotContaining("tail").hasMessageNotContaining(SECRET));
    }

    private void assertRefused(String property, String value) {
        runner(directories).withPropertyValues(property + "=" + value).run(context -> assertThat(context).getFailure()
                .hasStackTraceContaining(property).hasRootCauseInstanceOf(InvalidIpcPropertyException.class)
                .satisfies(failure -> assertThat(failure).asString().doesNotContain("tooshort")));
    }

    record Order(int number, Claim picture) {}

    @Test
    void aClaimIsOneStringInJson() {
        signing().withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class)).run(context -> {
            Claim claim = publish(context, HOUR);
            JsonMapper found = JsonMapper.builder().findAndAddModules().build();
            for (JsonMapper mapper : List.of(context.getBean(JsonMapper.class), found)) {
                JsonNode json = mapper.valueToTree(new Order(7, claim));
                assertThat(json.get("picture").stringValue()).isEqualTo(claim.toText());
                assertThat(mapper.treeToValue(json, Order.class)).isEqualTo(new Order(7, claim));
                assertThatExceptionOfType(DatabindException.class)
                        .isThrownBy(() -> mapper.readValue("{\"number\":1,\"picture\":\"a lie\"}", Order.class))
                        .withRootCauseInstanceOf(InvalidClaimException.class)
                        .satisfies(refused -> assertThat(refused).asString().doesNotContain("a lie"));
                assertThat(mapper.readValue("{\"number\":1}", Order.class).picture()).isNull();
            }
            assertThat(context).hasSingleBean(ClaimModule.class);
            claims(context).settle(claim);
        });
    }
}
