package io.resourcelink.boot.messaging;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.RequestException;
import io.resourcelink.internal.work.Reason;

/**
 * A failure as another process is told of it. The exception itself stays here.
 *
 * @param type the name of its class
 * @param code its code, or {@code null}
 * @param text its class and text, and those of its root cause
 */
record RemoteFailure(String type, @Nullable String code, String text) {

    private static final int LONGEST_CODE = 200;

    static RemoteFailure of(Throwable failure) {
        return new RemoteFailure(failure.getClass().getName(), code(failure), Reason.of(failure));
    }

    /** A chain of causes may be a circle, so the search ends after 20. */
    private static @Nullable String code(Throwable failure) {
        Throwable at = failure;
        for (int depth = 0; at != null && depth < 20; depth++) {
            if (at instanceof FailureCode coded) {
                return code(coded);
            }
            at = at.getCause();
        }
        return null;
    }

    private static @Nullable String code(FailureCode coded) {
        try {
            String code = coded.code();
            return code == null || code.length() <= LONGEST_CODE ? code : code.substring(0, LONGEST_CODE);
        } catch (Throwable _) {
            // The sender is told of the failure without a code.
            return null;
        }
    }

    RequestException exception(RequestException.Reason reason) {
        return new RequestException(reason, type, code, text);
    }
}
