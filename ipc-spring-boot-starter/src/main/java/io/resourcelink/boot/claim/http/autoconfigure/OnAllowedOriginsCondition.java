package io.resourcelink.boot.claim.http.autoconfigure;

import io.resourcelink.boot.autoconfigure.OnListCondition;

/** Matches if there is an address from which payloads may be fetched. */
final class OnAllowedOriginsCondition extends OnListCondition {

    OnAllowedOriginsCondition() {
        super("ipc.claims.fetch.allowed-origins");
    }
}
