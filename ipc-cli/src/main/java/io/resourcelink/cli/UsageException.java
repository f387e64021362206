package io.resourcelink.cli;

/** Arguments that are fine one by one and make no sense together. Ends like any other wrong usage. */
final class UsageException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UsageException(String message) {
        super(message);
    }
}
