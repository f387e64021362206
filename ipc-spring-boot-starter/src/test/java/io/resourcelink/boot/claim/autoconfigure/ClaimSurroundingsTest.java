package io.resourcelink.boot.claim.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import org.junit.jupiter.api.Test;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.resourcelink.Content;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.claim.HostClaims;
import io.resourcelink.claim.Claim;
import io.resourcelink.claim.ClaimSigner;
import io.resourcelink.error.ClaimGoneException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** What else takes part when claims are published and opened: transactions, observations, and whatever throws. */
class ClaimSurroundingsTest extends ClaimsFixture {

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

    /** Also one that throws what its method does not declare. */
    @Test
    void aSynchronizationThatThrowsLeavesNothingAfterARollBack() {
        signing().run(context -> {
            TransactionTemplate transaction = new TransactionTemplate(new Transactions());
            for (Throwable thrown : List.of(new IllegalStateException(), new AssertionError(), new IOException())) {
                transaction.executeWithoutResult(status -> {
                    TransactionSynchronizationManager.registerSynchronization(new ThrowingSynchronization(thrown));
                    publish(context, HOUR);
                    TransactionSynchronizationManager.registerSynchronization(new ThrowingSynchronization(thrown));
                    status.setRollbackOnly();
                });
                assertThat(context.getBean(ResourceLinkFactory.class).list()).as("%s", thrown).isEmpty();
            }
        });
    }

    /** Throws when the transaction has ended. */
    private record ThrowingSynchronization(Throwable thrown) implements TransactionSynchronization {

        @Override
        public void afterCompletion(int status) {
            ThrowingSynchronization.<RuntimeException>sneak(thrown);
        }

        @SuppressWarnings("unchecked")
        private static <T extends Throwable> void sneak(Throwable failure) throws T {
            throw (T) failure;
        }
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
