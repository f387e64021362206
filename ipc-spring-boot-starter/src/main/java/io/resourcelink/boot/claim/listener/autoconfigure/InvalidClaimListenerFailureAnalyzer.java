package io.resourcelink.boot.claim.listener.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

import io.resourcelink.boot.claim.listener.InvalidClaimListenerException;

/** Says which listener or function bean cannot get a link, and what to change. */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class InvalidClaimListenerFailureAnalyzer extends AbstractFailureAnalyzer<InvalidClaimListenerException> {

    InvalidClaimListenerFailureAnalyzer() {}

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, InvalidClaimListenerException cause) {
        return new FailureAnalysis(cause.declaration(), cause.action(), cause);
    }
}
