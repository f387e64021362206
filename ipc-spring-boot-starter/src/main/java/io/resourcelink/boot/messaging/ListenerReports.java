package io.resourcelink.boot.messaging;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.context.ApplicationEventPublisher;

import io.resourcelink.channel.DrainReport;
import io.resourcelink.channel.Received;
import io.resourcelink.channel.UnhandledMessages;
import io.resourcelink.internal.work.Failures;

/** Logs, counts and publishes what happens to a listener. A failure of this loses the report and nothing else. Thread-safe. */
final class ListenerReports {

    private static final Log logger = LogFactory.getLog(ListenerReports.class);
    private static final int MOST_NAMED = 10;

    private final String listener;
    private final String destination;
    private final ApplicationEventPublisher events;
    private final Failures failures;
    private final FailedMessages failedMessages;
    private final ListenerCounts counts = new ListenerCounts();

    ListenerReports(String listener, String destination, ApplicationEventPublisher events) {
        this.listener = listener;
        this.destination = destination;
        this.events = events;
        this.failures = new Failures("The listener at \"" + destination + "\"");
        this.failedMessages = new FailedMessages(destination, System::nanoTime);
    }

    ListenerCounts counts() {
        return counts;
    }

    Failures failures() {
        return failures;
    }

    /** A step of the library has failed. */
    void failed(String work, Throwable failure) {
        failures.report(work, failure);
    }

    /** A message has failed. Throws what the logger throws. */
    void failed(Received<?> received, Throwable failure) {
        failedMessages.report(received.sender(), received.number(), failure);
    }

    void standsBy() {
        say(() -> logger.info("Destination \"" + destination
                + "\" is served by another process. This process takes over when the other one ends."));
    }

    void served(boolean later) {
        say(() -> logger.info(
                "Destination \"" + destination + "\" is served by this process" + (later ? " now." : ".")));
        publish(new IpcDestinationServedEvent(destination, listener));
    }

    void released() {
        say(() -> logger.info("Destination \"" + destination + "\" is not served by this process any more."));
        publish(new IpcDestinationReleasedEvent(destination, listener));
    }

    void lost() {
        say(() -> logger.warn("Destination \"" + destination
                + "\" is not served by this process any more: its channel was closed. This process tries to serve it"
                + " again."));
        publish(new IpcDestinationReleasedEvent(destination, listener));
    }

    /** The listener was stopped, and this is left. */
    void unhandled(DrainReport report) {
        if (!report.isComplete()) {
            counts.unhandled().addAndGet(report.count());
            say(() -> logger.warn(text(report)));
            publish(new IpcMessagesUnhandledEvent(destination, listener, report));
        }
    }

    private String text(DrainReport report) {
        StringBuilder text = new StringBuilder("The listener at \"" + destination
                + "\" had to stop before all messages were handled. The time for that is the smaller of"
                + " ipc.messaging.listener.shutdown-timeout and spring.lifecycle.timeout-per-shutdown-phase.");
        if (report.count() > 0) {
            text.append(" Not handled: ").append(report.count()).append(" (").append(named(report.unhandled()))
                    .append("); their senders were told.");
        }
        if (!report.silent().isEmpty()) {
            text.append(" Without an answer to the stop, so that more may have been sent: ")
                    .append(named(report.silent().stream())).append('.');
        }
        return text.toString();
    }

    private static String named(List<UnhandledMessages> unhandled) {
        String first = named(unhandled.stream().map(messages -> "number " + messages.first()
                + (messages.count() > 1 ? " to " + messages.last() : "") + " from " + messages.peer()));
        return unhandled.size() > MOST_NAMED ? first + " and " + (unhandled.size() - MOST_NAMED) + " more" : first;
    }

    private static String named(Stream<String> names) {
        return names.limit(MOST_NAMED).collect(Collectors.joining(", "));
    }

    private void publish(Object event) {
        try {
            events.publishEvent(event);
        } catch (Throwable e) {
            failures.report("publishing an event", e);
        }
    }

    private void say(Runnable entry) {
        try {
            entry.run();
        } catch (Throwable e) {
            failures.report("logging", e);
        }
    }
}
