package io.resourcelink.boot.claim.autoconfigure;

import io.resourcelink.boot.autoconfigure.OnListCondition;

/** Matches if there is a secret for claims. */
final class OnClaimSecretsCondition extends OnListCondition {

    OnClaimSecretsCondition() {
        super("ipc.claims.secrets");
    }
}
