package io.resourcelink.boot.claim.http;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.ClaimUnavailableException;
import io.resourcelink.error.InvalidClaimException;
import io.resourcelink.error.IpcException;

/** An origin has answered, and not with the bytes. */
final class OriginAnswerException extends Exception {

    private static final long serialVersionUID = 1L;

    private final IpcException failure;
    private final @Nullable Duration retryAfter;

    private OriginAnswerException(IpcException failure, @Nullable Duration retryAfter) {
        super(failure.getMessage(), failure, false, false);
        this.failure = failure;
        this.retryAfter = retryAfter;
    }

    /** This origin is not asked again for this fetch. */
    static OriginAnswerException unusable(String key, String why) {
        return new OriginAnswerException(new ClaimUnavailableException(key, why, null), null);
    }

    /** This origin does not accept the signed request. */
    static OriginAnswerException refused(String why) {
        return new OriginAnswerException(new InvalidClaimException(why), null);
    }

    /** This origin answers later. */
    static OriginAnswerException busy(String key, String why, Duration retryAfter) {
        return new OriginAnswerException(new ClaimUnavailableException(key, why, null), retryAfter);
    }

    /** {@return what the caller of the fetch gets if no other origin has the bytes} */
    IpcException failure() {
        return failure;
    }

    /** {@return when to ask again, or {@code null} for never} */
    @Nullable
    Duration retryAfter() {
        return retryAfter;
    }
}
