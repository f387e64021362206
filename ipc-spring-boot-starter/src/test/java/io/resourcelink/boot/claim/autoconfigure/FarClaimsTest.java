package io.resourcelink.boot.claim.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import io.resourcelink.Content;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.claim.ClaimOrigins;
import io.resourcelink.boot.claim.Claims;
import io.resourcelink.claim.Claim;
import io.resourcelink.claim.ClaimFetcher;
import io.resourcelink.claim.ClaimSigner;
import io.resourcelink.claim.LocalClaims;
import io.resourcelink.error.ClaimGoneException;
import io.resourcelink.error.ClaimUnavailableException;
import io.resourcelink.error.InvalidClaimException;
import io.resourcelink.segment.CreateOptions;
import io.resourcelink.segment.SpaceId;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Claims of another host. */
class FarClaimsTest extends ClaimsFixture {

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

    /** Two hosts that were cloned may have directories that look alike. Then the nonce tells that the payload is not here. */
    @Test
    void aClaimOfAnotherDirectoryWithAnEqualSpaceIsFetched() {
        AtomicInteger fetches = new AtomicInteger();
        signing().run(near -> far(fetches).run(far -> {
            Claim published = publish(near, WITH_ORIGIN);
            ResourceLinkFactory there = far.getBean(ResourceLinkFactory.class);
            SpaceId space = far.getBean(LocalClaims.class).space(published.kind()).orElseThrow();
            Claim alike = far.getBean(ClaimSigner.class).sign(new Claim(space, published.key(), published.kind(),
                    published.nonce(), published.length(), published.expiresAt(), published.origins()));
            assertThat(claims(far).isNear(alike)).isTrue();
            // Even its key is taken, by another payload.
            there.publish(alike.key(), Content.of(new byte[]{ 9, 9, 9 }),
                    CreateOptions.defaults().withKeep(true).withTtl(Duration.ofMinutes(1))).close();
            assertReads(claims(far), alike);
            assertReads(claims(far), alike);
            assertThat(fetches).hasValue(1);
            there.list().forEach(left -> there.remove(left.key()));
            claims(near).settle(published);
        }));
    }
}
