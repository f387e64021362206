package io.resourcelink.boot.claim.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import io.resourcelink.Content;
import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.TestDirectories;
import io.resourcelink.boot.autoconfigure.InvalidIpcPropertyException;
import io.resourcelink.boot.claim.ClaimModule;
import io.resourcelink.boot.claim.ClaimOrigins;
import io.resourcelink.boot.claim.Claims;
import io.resourcelink.boot.claim.HostClaims;
import io.resourcelink.claim.Claim;
import io.resourcelink.claim.ClaimFetcher;
import io.resourcelink.claim.ClaimOptions;
import io.resourcelink.claim.ClaimSigner;
import io.resourcelink.error.ClaimGoneException;
import io.resourcelink.error.ClaimUnavailableException;
import io.resourcelink.error.InvalidClaimException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Claims as an application has them. Another host is another directory, and a fetcher that has the bytes. */
class ClaimsAutoConfigurationTest {

    private static final String SECRET = secret(1);
    private static final ClaimOptions HOUR = ClaimOptions.defaults().withTtl(Duration.ofHours(1));
    private static final ClaimOptions WITH_ORIGIN = HOUR.withOrigins(List.of(URI.create("http://localhost:1")));

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    @RegisterExtension
    final TestDirectories otherHost = new TestDirectories();

    private static String secret(int value) {
        byte[] bytes = new byte[32];
        bytes[0] = (byte) value;
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static ApplicationContextRunner runner(TestDirectories host) {
        return host.runner(ClaimSignerAutoConfiguration.class, ClaimsAutoConfiguration.class);
    }

    private ApplicationContextRunner signing() {
        return runner(directories).withPropertyValues("ipc.claims.secrets=" + SECRET);
    }

    /** An application on another host, which can fetch three bytes. */
    private ApplicationContextRunner far(AtomicInteger fetches) {
        return runner(otherHost).withPropertyValues("ipc.claims.secrets=" + SECRET).withBean(ClaimFetcher.class,
                () -> (claim, sink) -> {
                    fetches.incrementAndGet();
                    sink.append(ByteBuffer.wrap(new byte[]{ 1, 2, 3 }));
                });
    }

    private static Claims claims(ApplicationContext context) {
        return context.getBean(Claims.class);
    }

    private static Claim publish(ApplicationContext context, ClaimOptions options) {
        return claims(context).publish(Content.of(new byte[]{ 1, 2, 3 }), options);
    }

    private static void assertReads(Claims claims, Claim claim) {
        try (ResourceLink link = claims.open(claim)) {
            assertThat(link.readPayload(0, 3)).containsExactly(1, 2, 3);
        }
    }

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
    void aFarClaimIsFetchedOnceAndSettledHere() {
        AtomicInteger fetches = new AtomicInteger();
        signing().run(near -> {
            Claim claim = publish(near, WITH_ORIGIN);
            far(fetches).run(far -> {
                assertThat(claims(far).isNear(claim)).isFalse();
                assertReads(claims(far), claim);
                assertReads(claims(far), claim);
                assertThat(fetches).hasValue(1);
                // Nothing asks origins in this application.
                claims(far).settle(claim);
                far.getBean(ResourceLinkFactory.class).list()
                        .forEach(left -> far.getBean(ResourceLinkFactory.class).remove(left.key()));
            });
            claims(near).settle(claim);
        });
    }

    @Test
    void originsAreAskedToRenewAndToSettleFarClaims() {
        AtomicInteger fetches = new AtomicInteger();
        signing().run(near -> {
            Claim claim = publish(near, WITH_ORIGIN);
            far(fetches).withBean(ClaimOrigins.class, () -> new Asking(claims(near))).run(far -> {
                Claim renewed = claims(far).renew(claim);
                assertThat(renewed.key()).isEqualTo(claim.key());
                assertThat(renewed.expiresAt()).isAfterOrEqualTo(claim.expiresAt());
                assertThat(claims(far).settle(renewed)).isTrue();
                assertThatExceptionOfType(ClaimGoneException.class).isThrownBy(() -> claims(far).renew(claim));
            });
            assertThat(near.getBean(ResourceLinkFactory.class).list()).isEmpty();
        });
    }

    /** Asks the other application directly. */
    private record Asking(Claims near) implements ClaimOrigins {

        @Override
        public boolean settle(Claim claim, Duration timeout) {
            return near.settle(claim);
        }

        @Override
        public Claim renew(Claim claim, Duration timeout) {
            return near.renew(claim);
        }
    }

    @Test
    void anOriginThatRenewsAnotherPayloadIsNotBelieved() {
        signing().run(near -> {
            Claim claim = publish(near, WITH_ORIGIN);
            Claim another = publish(near, WITH_ORIGIN);
            Claim unsigned = new Claim(claim.space(), claim.key(), claim.kind(), claim.nonce(), claim.length(),
                    claim.expiresAt().plusSeconds(60), claim.origins());
            for (Claim answer : List.of(another, unsigned)) {
                far(new AtomicInteger()).withBean(ClaimOrigins.class, () -> new Lying(answer))
                        .run(far -> assertThatExceptionOfType(InvalidClaimException.class)
                                .isThrownBy(() -> claims(far).renew(claim)));
            }
            claims(near).settle(claim);
            claims(near).settle(another);
        });
    }

    /** Says always the same. */
    private record Lying(Claim answer) implements ClaimOrigins {

        @Override
        public boolean settle(Claim claim, Duration timeout) {
            throw new ClaimUnavailableException(claim.key(), "nobody answers", null);
        }

        @Override
        public Claim renew(Claim claim, Duration timeout) {
            return answer;
        }
    }

    @Test
    void anOriginThatCannotBeAskedLeavesThePayloadToItsTimeToLive() {
        signing().run(near -> {
            Claim claim = publish(near, WITH_ORIGIN);
            far(new AtomicInteger()).withBean(ClaimOrigins.class, () -> new Lying(claim))
                    .run(far -> assertThat(claims(far).settle(claim)).isFalse());
            assertThat(claims(near).settle(claim)).isTrue();
        });
    }

    @Test
    void aGoneClaimOfThisHostIsGoneAlsoIfItsOriginMustNotBeAsked() {
        signing().withBean(ClaimFetcher.class, () -> (claim, sink) -> {
            throw new InvalidClaimException("its origin is not allowed");
        }).run(context -> {
            Claim claim = publish(context, WITH_ORIGIN);
            claims(context).settle(claim);
            assertThatExceptionOfType(ClaimGoneException.class).isThrownBy(() -> claims(context).open(claim))
                    .satisfies(gone -> assertThat(gone.getSuppressed()).hasSize(1));
        });
    }

    @Test
    void anInterruptedOpeningSetsTheFlagAndMayBeRetried() {
        signing().run(near -> {
            Claim claim = publish(near, WITH_ORIGIN);
            runner(otherHost).withPropertyValues("ipc.claims.secrets=" + SECRET).withBean(ClaimFetcher.class,
                    () -> (_, _) -> {
                        throw new InterruptedException();
                    }).run(far -> {
                        assertThatExceptionOfType(ClaimUnavailableException.class)
                                .isThrownBy(() -> claims(far).open(claim));
                        assertThat(Thread.interrupted()).isTrue();
                        assertThatExceptionOfType(InterruptedException.class)
                                .isThrownBy(() -> claims(far).open(claim, Duration.ofSeconds(1)));
                        assertThat(far.getBean(ResourceLinkFactory.class).list()).isEmpty();
                    });
            claims(near).settle(claim);
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
    void wrongValuesNameTheProperty() {
        assertRefused("ipc.claims.secrets", "tooshort");
        assertRefused("ipc.claims.secrets", "!" + SECRET);
        assertRefused("ipc.claims.host-id", " ");
        assertRefused("ipc.claims.origins", "ftp://localhost");
        assertRefused("ipc.claims.origins", "http://user@localhost");
        assertRefused("ipc.claims.fetch-timeout", "0s");
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

    @Test
    void aRollBackLeavesNothing() {
        signing().run(context -> {
            ResourceLinkFactory segments = context.getBean(ResourceLinkFactory.class);
            TransactionTemplate transaction = new TransactionTemplate(new Transactions());
            Claim committed = transaction.execute(_ -> publish(context, HOUR));
            assertThat(segments.list()).hasSize(1);
            transaction.executeWithoutResult(status -> {
                publish(context, HOUR);
                assertThat(segments.list()).hasSize(2);
                status.setRollbackOnly();
            });
            assertThat(segments.list()).hasSize(1);
            Transactions unknown = new Transactions();
            unknown.failing = true;
            assertThatExceptionOfType(TransactionSystemException.class)
                    .isThrownBy(() -> new TransactionTemplate(unknown)
                            .executeWithoutResult(_ -> publish(context, HOUR)));
            assertThat(segments.list()).as("nobody knows how it has ended").hasSize(2);
            segments.list().forEach(left -> segments.remove(left.key()));
            assertThat(committed).isNotNull();
        });
    }

    /** Transactions of nothing, with synchronization. */
    private static final class Transactions extends AbstractPlatformTransactionManager {

        private static final long serialVersionUID = 1L;

        boolean failing;

        @Override
        protected Object doGetTransaction() {
            return TransactionSynchronization.class;
        }

        @Override
        protected void doBegin(Object transaction, TransactionDefinition definition) {}

        @Override
        protected void doCommit(DefaultTransactionStatus status) {
            if (failing) {
                throw new TransactionSystemException("the connection is lost");
            }
        }

        @Override
        protected void doRollback(DefaultTransactionStatus status) {}
    }

    @Test
    void publishingAndOpeningAreTimed() {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        ObservationRegistry observations = ObservationRegistry.create();
        observations.observationConfig().observationHandler(new DefaultMeterObservationHandler(meters));
        signing().withBean(ObservationRegistry.class, () -> observations).run(near -> {
            Claim claim = publish(near, WITH_ORIGIN);
            assertReads(claims(near), claim);
            far(new AtomicInteger()).withBean(ObservationRegistry.class, () -> observations).run(far -> {
                assertReads(claims(far), claim);
                assertReads(claims(far), claim);
                far.getBean(ResourceLinkFactory.class).list()
                        .forEach(left -> far.getBean(ResourceLinkFactory.class).remove(left.key()));
            });
            claims(near).settle(claim);
            assertThatExceptionOfType(ClaimGoneException.class)
                    .isThrownBy(() -> claims(near).open(claim, Duration.ZERO));
        });
        assertThat(meters.get("ipc.claim.publish").timer().count()).isEqualTo(1);
        for (String source : List.of("near", "origin", "replica", "none")) {
            assertThat(meters.get("ipc.claim.open").tag("source", source).timer().count()).as(source).isEqualTo(1);
        }
        assertThat(meters.get("ipc.claim.open").tag("error", "ClaimGoneException").timer().count()).isEqualTo(1);
    }

    @Test
    void contentThatThrowsLeavesNothing() {
        signing().run(context -> {
            assertThatExceptionOfType(IOException.class).isThrownBy(() -> claims(context)
                    .publish(Content.of(InputStream.nullInputStream(), 100), HOUR));
            assertThat(context.getBean(ResourceLinkFactory.class).list()).isEmpty();
            assertThat(context.getBean(ClaimSigner.class).toString()).doesNotContain(SECRET);
        });
    }

    @Test
    void aPublicationThatThrowsLeavesNothing() {
        signing().withBean(HostClaims.Publication.class, () -> _ -> {
            throw new AssertionError("broken");
        }).run(context -> {
            assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> publish(context, HOUR));
            assertThat(context.getBean(ResourceLinkFactory.class).list()).isEmpty();
        });
    }

    /** A handler of observations that throws at one event. */
    private record Throwing(String event) implements ObservationHandler<Observation.Context> {

        private void at(String here) {
            if (event.equals(here)) {
                throw new AssertionError(here);
            }
        }

        @Override
        public void onStart(Observation.Context context) {
            at("start");
        }

        @Override
        public void onScopeOpened(Observation.Context context) {
            at("scope");
        }

        @Override
        public void onStop(Observation.Context context) {
            at("stop");
        }

        @Override
        public boolean supportsContext(Observation.Context context) {
            return true;
        }
    }

    @Test
    void whatHandlersOfObservationsThrowLeavesNothingOpen() {
        for (String event : List.of("start", "scope", "stop")) {
            ObservationRegistry broken = ObservationRegistry.create();
            broken.observationConfig().observationHandler(new Throwing(event));
            signing().run(near -> {
                Claim claim = publish(near, HOUR);
                signing().withBean(ObservationRegistry.class, () -> broken).run(context -> {
                    if (event.equals("stop")) {
                        assertReads(claims(context), claim);
                    } else {
                        assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> claims(context).open(claim));
                        assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> publish(context, HOUR));
                    }
                });
                assertThat(near.getBean(ResourceLinkFactory.class).list()).as(event).singleElement()
                        .satisfies(left -> assertThat(left.refcount()).isZero());
                claims(near).settle(claim);
            });
        }
    }
}
