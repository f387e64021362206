package io.resourcelink.sample.studio;

import org.jspecify.annotations.Nullable;

/** A worker ended, or was given up, before it answered. Nothing is known of the request; asking another worker is right. */
final class WorkerLostException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    WorkerLostException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
