package io.resourcelink.error;

import org.jspecify.annotations.Nullable;

/**
 * The payload that a claim names could not be brought here now. It may still exist, so a retry may help: its origin did not
 * answer or was busy, or another process of this host is still fetching it. Nothing is left of the attempt.
 */
public final class ClaimUnavailableException extends IpcException {

    private static final long serialVersionUID = 1L;

    private final String key;

    /**
     * Reports a payload that could not be brought here.
     *
     * @param key the key of its segment
     * @param why what was tried and what failed, as a clause
     * @param cause what was thrown before, or {@code null}
     */
    public ClaimUnavailableException(String key, String why, @Nullable Throwable cause) {
        super("The payload of claim \"" + key + "\" is not available here: " + why + ". Try again later.");
        this.key = key;
        if (cause != null) {
            initCause(cause);
        }
    }

    /** {@return the key of the segment that the claim names} */
    public String key() {
        return key;
    }
}
