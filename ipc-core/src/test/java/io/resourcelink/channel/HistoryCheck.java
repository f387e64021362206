package io.resourcelink.channel;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.resourcelink.campaign.Outcome;

/**
 * Compares what senders have written down with what consumers have. A message that was handled was sent, and once. What was answered was
 * handled, what failed has failed there, what was refused or too old was not handled. A sender that was not killed knows of each
 * message what became of it; what it sent and nobody handled was reported, dropped by its age, or was a request whose sender was told.
 */
final class HistoryCheck {

    private final List<SendingHistory> senders;
    private final ServingHistory history;
    private final Outcome outcome;
    private final Map<SendOutcome, Long> counts = new HashMap<>();

    private HistoryCheck(List<SendingHistory> senders, ServingHistory history, Outcome outcome) {
        this.senders = senders;
        this.history = history;
        this.outcome = outcome;
    }

    static void check(List<SendingHistory> senders, ServingHistory history, Outcome outcome) {
        new HistoryCheck(senders, history, outcome).check();
    }

    private void check() {
        Map<Integer, SendOutcome> all = new HashMap<>();
        senders.forEach(sender -> all.putAll(sender.outcomes()));
        for (Map<Integer, Integer> handled : List.of(history.handled(), history.failed())) {
            handled.forEach((number, times) -> {
                if (times > 1) {
                    outcome.violation(number + " was handled " + times + " times");
                }
                if (!all.containsKey(number)) {
                    outcome.violation(number + " was handled and never sent");
                }
            });
        }
        history.handled().keySet().stream().filter(history.failed()::containsKey)
                .forEach(number -> outcome.violation(number + " was handled, and has failed"));
        all.forEach(this::check);
        long missing = 0;
        long told = history.expired();
        for (SendingHistory sender : senders) {
            missing += sender.ended() ? missing(sender) : 0;
            told += sender.reported();
        }
        if (missing > told) {
            outcome.violation(missing + " messages were accepted and not handled, but only " + told
                    + " were reported or dropped by their age");
        }
        outcome.count("sent", all.size()).count("handled", history.handled().size())
                .count("failed at the consumer", history.failed().size())
                .count("dropped by age", history.expired()).count("reported", told - history.expired())
                .count("accepted and not handled", missing);
        for (SendOutcome each : SendOutcome.values()) {
            outcome.count(each.name().toLowerCase(Locale.ROOT), counts.getOrDefault(each, 0L));
        }
    }

    /** Messages that were accepted, and requests that were too old, and that nobody has handled. */
    private long missing(SendingHistory sender) {
        List<Integer> unknown = new ArrayList<>();
        long missing = 0;
        for (Map.Entry<Integer, SendOutcome> each : sender.outcomes().entrySet()) {
            boolean told = each.getValue() == SendOutcome.ACCEPTED || each.getValue() == SendOutcome.EXPIRED;
            missing += told && !history.has(each.getKey()) ? 1 : 0;
            if (each.getValue() == SendOutcome.UNKNOWN) {
                unknown.add(each.getKey());
            }
        }
        if (!unknown.isEmpty()) {
            outcome.violation("a sender has ended and does not know what became of " + unknown);
        }
        return missing;
    }

    private void check(int number, SendOutcome became) {
        counts.merge(became, 1L, Long::sum);
        boolean right = switch (became) {
            case ANSWERED -> history.handled().containsKey(number);
            case FAILED -> history.failed().containsKey(number);
            case REFUSED, EXPIRED, UNHANDLED -> !history.has(number);
            case ACCEPTED, GONE, UNKNOWN -> true;
        };
        if (!right) {
            outcome.violation(number + " is " + became + " for its sender, and " + (history.has(number) ? "" : "not ")
                    + "handled for the consumers");
        }
    }
}
