package io.resourcelink.boot.messaging;

import org.jspecify.annotations.Nullable;
import org.springframework.messaging.Message;

import io.resourcelink.error.RequestException;

/**
 * The listener's method has thrown an exception, could not be called with the request, or its result could not be sent. The template does
 * not send the request again, unless it is told to ({@link IpcTemplate#setRetryListenerFailures}): what the method did before it failed may
 * be done twice.
 */
public final class ListenerFailedException extends IpcRequestException {

    private static final long serialVersionUID = 1L;

    /** What the listener has told. */
    private final RequestException failure;

    /**
     * Reports a request. Public for tests of what an application does then.
     *
     * @param request the request
     * @param destination where it went
     * @param failure what the listener has told
     */
    public ListenerFailedException(Message<?> request, String destination, RequestException failure) {
        super(request, destination, "The listener at \"" + destination + "\" failed: " + failure.getMessage(), failure);
        this.failure = failure;
    }

    /** {@return the name of the class of the exception; the exception itself stays in the listener's process} */
    public String type() {
        return failure.type();
    }

    /** {@return the code that the exception has for programs ({@link FailureCode}), or {@code null}} */
    public @Nullable String code() {
        return failure.code();
    }

    /**
     * {@return the text of the exception, then the class and the text of its root cause if it has one} The class of the exception is in
     * {@link #type}; it is here too only if the exception has no text.
     */
    public String text() {
        String text = String.valueOf(failure.getMessage());
        String type = failure.type() + ": ";
        return text.startsWith(type) ? text.substring(type.length()) : text;
    }
}
