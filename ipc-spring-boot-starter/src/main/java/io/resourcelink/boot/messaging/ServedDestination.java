package io.resourcelink.boot.messaging;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.resourcelink.channel.Channel;
import io.resourcelink.channel.Credits;
import io.resourcelink.channel.DrainReport;
import io.resourcelink.channel.MessageType;
import io.resourcelink.channel.NamedServer;
import io.resourcelink.error.AddressInUseException;

/*
 *   without server --serve--> serving --stop--> stopping --drain--> stopped
 *        ^                       |
 *        +---- lost: closed -----+
 *
 * The monitor guards the fields. Several threads may try to serve at once: the first one that takes its server wins, and the
 * others close theirs, or find the name in use. A thread that holds the monitor does not serve, stop or close a server, and
 * calls neither the log nor an application.
 */

/** The destination of a listener from one start to the next stop: served, served by another process, or lost. Thread-safe. */
final class ServedDestination {

    private static final DrainReport NOTHING = new DrainReport(List.of(), List.of());

    private final IpcListenerEndpoint endpoint;
    private final IpcListenerSettings settings;
    private final ListenerOptions options;
    private final MessageType<Object> type;
    private final ListenerReports reports;
    private @Nullable Channel channel;
    private @Nullable NamedServer<Object> server;
    private boolean late;
    private boolean failed;
    private boolean stopped;

    ServedDestination(IpcListenerEndpoint endpoint, IpcListenerSettings settings, ListenerOptions options,
            MessageType<Object> type, ListenerReports reports) {
        this.endpoint = endpoint;
        this.settings = settings;
        this.options = options;
        this.type = type;
        this.reports = reports;
    }

    /** {@return whether this process serves the destination, after this call or already before} */
    boolean serve() {
        try {
            Channel opened = options.channel().get();
            NamedServer<Object> fresh = open(opened);
            boolean later = isLate();
            if (take(opened, fresh)) {
                reports.served(later);
            } else {
                fresh.close();
            }
            return true;
        } catch (AddressInUseException _) {
            without(false);
            // Another thread of this listener may have served it just now.
            return server() != null;
        } catch (Throwable e) {
            without(true);
            throw e;
        }
    }

    private NamedServer<Object> open(Channel opened) {
        Credits credits = Objects.requireNonNullElse(settings.credits(opened.credits()), opened.credits());
        NamedServer<Object> fresh = switch (endpoint.kind()) {
            case SINGLE -> opened.serve(endpoint.destination(), type, credits);
            case QUEUE -> opened.serveCompeting(endpoint.destination(), type, credits);
            case TOPIC -> opened.subscribe(endpoint.destination(), type, settings.subscription(opened.credits()));
        };
        if (settings.maxAge() != null) {
            fresh.receiver().setMaxAge(settings.maxAge());
        }
        return fresh;
    }

    private synchronized boolean take(Channel opened, NamedServer<Object> fresh) {
        if (stopped || server != null) {
            return false;
        }
        channel = opened;
        server = fresh;
        reports.counts().opened(fresh.receiver());
        late = false;
        failed = false;
        return true;
    }

    private synchronized boolean isLate() {
        return late;
    }

    private synchronized void without(boolean becauseOfAFailure) {
        if (server == null) {
            late = true;
            failed = becauseOfAFailure;
        }
    }

    synchronized @Nullable NamedServer<Object> server() {
        return server;
    }

    synchronized boolean canReceive(NamedServer<Object> serving) {
        return channel != null && !channel.isClosed() && !serving.receiver().isClosed();
    }

    /**
     * The receiver was closed, but not by this listener: for example, its channel was closed. Then other processes may serve
     * the name.
     */
    void lost(NamedServer<Object> serving) {
        synchronized (this) {
            if (stopped || !serving.equals(server)) {
                return;
            }
            server = null;
            without(true);
        }
        serving.close();
        reports.counts().closed(serving.receiver());
        reports.lost();
    }

    /** Gives the name up. What was sent before can still be received. Does not block. */
    void stop() {
        NamedServer<Object> serving;
        synchronized (this) {
            stopped = true;
            serving = server;
        }
        if (serving != null) {
            serving.stop();
        }
    }

    /**
     * Closes the server as soon as nothing is left, or after a time. Then the senders are told what is left. Never throws.
     *
     * @return what is left
     */
    DrainReport drain(Duration timeout) {
        NamedServer<Object> serving = server();
        if (serving == null) {
            return NOTHING;
        }
        // An interrupt of the calling thread must not prevent the report.
        boolean interrupted = Thread.interrupted();
        try {
            return serving.drain(timeout);
        } catch (Throwable e) {
            reports.failed("stopping", e);
            return NOTHING;
        } finally {
            forget(serving);
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private synchronized void forget(NamedServer<Object> serving) {
        reports.counts().closed(serving.receiver());
        server = null;
    }

    synchronized boolean isStopped() {
        return stopped;
    }

    synchronized ListenerState state() {
        if (stopped) {
            return ListenerState.STOPPED;
        }
        if (server == null) {
            return failed ? ListenerState.FAILED : ListenerState.STANDBY;
        }
        return canReceive(server) && server.isReachable() ? ListenerState.SERVING : ListenerState.FAILED;
    }
}
