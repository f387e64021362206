package io.resourcelink.boot.claim.http;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.resourcelink.claim.Claim;
import io.resourcelink.segment.ResourceKind;

/** The digests of the payloads that were sent last. Thread-safe. */
final class SentDigests {

    private static final int MOST = 1024;

    private final Map<Payload, byte[]> digests = new LinkedHashMap<>(16, 0.75f, true) {

        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Payload, byte[]> eldest) {
            return size() > MOST;
        }
    };

    synchronized byte @Nullable [] get(Claim claim) {
        return digests.get(Payload.of(claim));
    }

    synchronized void put(Claim claim, byte[] digest) {
        digests.put(Payload.of(claim), digest);
    }

    synchronized void remove(Claim claim) {
        digests.remove(Payload.of(claim));
    }

    private record Payload(String key, ResourceKind kind, long nonce) {

        static Payload of(Claim claim) {
            return new Payload(claim.key(), claim.kind(), claim.nonce());
        }
    }
}
