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
    private long missing;
    private long missingWithoutAge;

    private HistoryCheck(List<SendingHistory> senders, ServingHistory history, Outcome outcome) {
        this.senders = senders;
        this.history = history;
        this.outcome = outcome;
    }

    /**
     * Notes what is wrong, and counts.
     *
     * @param killed whether a consumer was killed, which may have dropped messages by their age and not written that down
     */
    static void check(List<SendingHistory> senders, ServingHistory history, boolean killed, Outcome outcome) {
        new HistoryCheck(senders, history, outcome).check(killed);
    }

    private void check(boolean killed) {
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
        long reported = 0;
        for (SendingHistory sender : senders) {
            reported += sender.reported();
            if (sender.ended()) {
                look(sender);
            }
        }
        expectTold(missingWithoutAge, reported, "reported");
        if (!killed) {
            expectTold(missing, reported + history.expired(), "reported or dropped by their age");
        }
        outcome.count("sent", all.size()).count("handled", history.handled().size())
                .count("failed at the consumer", history.failed().size())
                .count("dropped by age", history.expired()).count("reported", reported)
                .count("accepted and not handled", missing);
        for (SendOutcome each : SendOutcome.values()) {
            outcome.count(each.name().toLowerCase(Locale.ROOT), counts.getOrDefault(each, 0L));
        }
    }

    private void expectTold(long accepted, long told, String how) {
        if (accepted > told) {
            outcome.violation(accepted + " messages were accepted and not handled, but only " + told + " were " + how);
        }
    }

    /** Counts the messages that were accepted, and the requests that were too old, that nobody has handled. */
    private void look(SendingHistory sender) {
        List<Integer> unknown = new ArrayList<>();
        sender.outcomes().forEach((number, became) -> {
            boolean told = became == SendOutcome.ACCEPTED || became == SendOutcome.EXPIRED;
            if (told && !history.has(number)) {
                missing++;
                missingWithoutAge += SendingPeer.ages(number) ? 0 : 1;
            }
            if (became == SendOutcome.UNKNOWN) {
                unknown.add(number);
            }
        });
        if (!unknown.isEmpty()) {
            outcome.violation("a sender has ended and does not know what became of " + unknown);
        }
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
