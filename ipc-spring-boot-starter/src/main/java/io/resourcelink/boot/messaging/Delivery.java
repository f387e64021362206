package io.resourcelink.boot.messaging;

import java.lang.reflect.Type;

import org.jspecify.annotations.Nullable;
import org.springframework.messaging.converter.MessageConversionException;
import org.springframework.util.ErrorHandler;

import io.resourcelink.boot.observation.Observed;
import io.resourcelink.channel.MessageType;
import io.resourcelink.channel.Received;
import io.resourcelink.error.MessageException;
import io.resourcelink.error.OsException;
import io.resourcelink.error.RequestException;
import io.resourcelink.internal.work.Reason;

/*
 * All code that is called from here belongs to others: the listener's method, converters, validators, observation
 * handlers, the codec, error handlers, recoverers, loggers. Each of them may throw any Throwable, and every allocation may
 * throw an OutOfMemoryError. Therefore the steps are nested try blocks. The sender is told, the attachments are closed and
 * the failure is counted, regardless of what the other steps do.
 *
 * After the end of its run, a message that is being handled was reported as not handled. Its failure, which is often the
 * interrupt, is not a second thing to report.
 */

/** Delivers messages to their listener, and sends the results. One for each run of a listener. Thread-safe. */
final class Delivery {

    private final IpcListenerEndpoint endpoint;
    private final ListenerOptions options;
    private final ListenerReports reports;
    private final Attempts attempts;
    private final Results results;
    private final MessageType<Object> type;
    private volatile boolean ended;

    Delivery(IpcListenerEndpoint endpoint, ListenerOptions options, ListenerReports reports, Attempts attempts) {
        this.endpoint = endpoint;
        this.options = options;
        this.reports = reports;
        this.attempts = attempts;
        this.results = new Results(options);
        this.type = type(endpoint.payloadType());
    }

    @SuppressWarnings("unchecked")
    private static MessageType<Object> type(Type payload) {
        return (MessageType<Object>) MessageType.of(payload);
    }

    MessageType<Object> type() {
        return type;
    }

    /** What is being handled from now on was reported already. */
    void end() {
        ended = true;
    }

    /** Handles a message, and closes everything that was opened for it. Never throws. */
    void deliver(Received<Object> received) {
        Incoming incoming = null;
        try {
            incoming = read(received);
            observe(received, incoming);
        } catch (Throwable e) {
            fail(received, incoming, e);
        } finally {
            close(incoming);
            close(received);
        }
    }

    private Incoming read(Received<Object> received) {
        try {
            return new Incoming(received, type, endpoint.destination(),
                    attempts.areSeveral() || endpoint.recoverer() != null,
                    reports.failures());
        } catch (MessageException e) {
            throw new MessageConversionException("A message to \"" + endpoint.destination() + "\" cannot be read as "
                    + type + " by its listener: " + e.getMessage(), e);
        }
    }

    private void observe(Received<Object> received, Incoming incoming) {
        Observed observed = Observations.receive(options.observations(), endpoint.destination(), incoming.headers(),
                reports.failures());
        try {
            handle(received, incoming);
        } catch (Throwable e) {
            observed.failed(e);
            // Within the observation, so that what the recoverer sends belongs to the same trace.
            fail(received, incoming, e);
        } finally {
            observed.close();
        }
    }

    private void handle(Received<Object> received, Incoming incoming) throws Throwable {
        boolean wanted = received.wantsReply();
        Object result = null;
        try {
            try {
                result = attempts.handle(endpoint.handler(), incoming);
                incoming.setHandled();
            } finally {
                // The method may leave the interrupt flag set. The flag must not stop the reply.
                Thread.interrupted();
            }
            results.send(received, wanted, result, sendTo(incoming));
        } finally {
            if (result != null && Results.payload(result) instanceof AutoCloseable closeable) {
                close(closeable);
            }
        }
        if (!ended) {
            reports.counts().handled().incrementAndGet();
        }
    }

    private @Nullable String sendTo(Incoming incoming) {
        return endpoint.handler() instanceof ListenerClass handlers
                ? handlers.sendTo(incoming.payloadClass())
                : endpoint.sendTo();
    }

    /** Tells the sender if it waits, then has the message recovered or reports the failure. Never throws. */
    private void fail(Received<Object> received, @Nullable Incoming incoming, Throwable failure) {
        Thread.interrupted();
        try {
            boolean unreadable = incoming == null && failure instanceof MessageConversionException && !isLack(failure);
            received.fail(RemoteFailure.of(failure).exception(unreadable
                    ? RequestException.Reason.UNREADABLE
                    : RequestException.Reason.FAILED));
        } catch (Throwable e) {
            reports.failed("telling the sender of a failure", e);
        }
        if (!ended) {
            reports.counts().failed().incrementAndGet();
            // A recoverer would have done again what is done, if only the result could not be sent.
            if (incoming == null || incoming.isHandled() || !recover(incoming, failure)) {
                report(received, failure);
            }
        }
    }

    /** A lack of descriptors or memory here is no fault of the message, which may be readable when it is sent again. */
    private static boolean isLack(Throwable failure) {
        return Reason.isDueTo(failure, OsException.class) || Reason.isDueTo(failure, VirtualMachineError.class);
    }

    /** {@return whether a recoverer has taken the message} */
    private boolean recover(Incoming incoming, Throwable failure) {
        IpcMessageRecoverer recoverer = endpoint.recoverer();
        if (recoverer == null) {
            return false;
        }
        try {
            recoverer.recover(incoming.message(), failure);
            return true;
        } catch (Throwable e) {
            reports.failed("recovering a message", e);
            return false;
        }
    }

    private void report(Received<Object> received, Throwable failure) {
        ErrorHandler errors = options.errors();
        try {
            if (errors == null) {
                reports.failed(received, failure);
            } else {
                errors.handleError(failure);
            }
        } catch (Throwable e) {
            reports.failed("telling the application's ErrorHandler of a failure", e);
        }
    }

    private void close(@Nullable AutoCloseable opened) {
        if (opened != null) {
            try {
                opened.close();
            } catch (Throwable e) {
                reports.failed("closing what a message carried", e);
            }
        }
    }
}
