package io.resourcelink.boot.claim;

import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import io.resourcelink.internal.work.Failures;

/**
 * Removes what was published in a transaction that is rolled back. If nobody knows how the transaction has ended, the payload stays until
 * its time to live is over. Without a transaction that has synchronization, nothing is bound.
 */
public final class TransactionalPublication implements HostClaims.Publication {

    private final Failures failures = new Failures("Claims of transactions");

    /** Creates it. */
    public TransactionalPublication() {}

    @Override
    public void published(Runnable settling) {
        if (!TransactionSynchronizationManager.isSynchronizationActive()) {
            return;
        }
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCompletion(int status) {
                if (status == STATUS_ROLLED_BACK) {
                    settle(settling);
                }
            }
        });
    }

    private void settle(Runnable settling) {
        try {
            settling.run();
        } catch (Throwable e) {
            failures.report("removing a payload after a roll-back; it goes when its time to live is over", e);
        }
    }
}
