package io.resourcelink.channel;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import io.resourcelink.campaign.Outcome;

import static org.assertj.core.api.Assertions.assertThat;

/** Each forged violation is found, and a true history is none. */
class HistoryCheckTest {

    private static Outcome checked(ServingHistory history, String... lines) {
        Outcome outcome = new Outcome();
        HistoryCheck.check(List.of(SendingHistory.of(Arrays.asList(lines))), history, false, outcome);
        return outcome;
    }

    private static ServingHistory history(Map<Integer, Integer> handled, Map<Integer, Integer> failed, long expired) {
        return new ServingHistory(handled, failed, expired);
    }

    @Test
    void aTrueHistoryHasNoViolation() {
        Outcome outcome = checked(history(Map.of(1, 1, 2, 1, 9, 1), Map.of(3, 1), 2), "SENT 1", "ANSWERED 1", "SENT 2",
                "ACCEPTED 2", "SENT 3", "FAILED 3", "SENT 4", "REFUSED 4", "SENT 5", "EXPIRED 5", "SENT 15",
                "ACCEPTED 15",
                "SENT 7", "ACCEPTED 7", "REPORTED 1", "SENT 8", "UNHANDLED 8", "SENT 9", "GONE 9", "SENT 10", "GONE 10",
                "ENDED");
        assertThat(outcome.violations()).isEmpty();
        assertThat(outcome.counts()).containsEntry("sent", 10L).containsEntry("accepted and not handled", 3L)
                .containsEntry("answered", 1L);
    }

    @Test
    void aSenderThatWasKilledMayNotKnow() {
        assertThat(checked(history(Map.of(1, 1), Map.of(), 0), "SENT 1", "SENT 2").violations()).isEmpty();
    }

    @Test
    void whatIsHandledTwiceIsFound() {
        assertThat(checked(history(Map.of(1, 2), Map.of(), 0), "SENT 1", "ACCEPTED 1", "ENDED").violations())
                .containsExactly("1 was handled 2 times");
        assertThat(checked(history(Map.of(1, 1), Map.of(1, 1), 0), "SENT 1", "FAILED 1", "ENDED").violations())
                .containsExactly("1 was handled, and has failed");
    }

    @Test
    void whatWasNeverSentIsFound() {
        assertThat(checked(history(Map.of(1, 1), Map.of(), 0), "ENDED").violations())
                .containsExactly("1 was handled and never sent");
    }

    @Test
    void whatWasAnsweredAndNeverHandledIsFound() {
        assertThat(checked(history(Map.of(), Map.of(), 0), "SENT 1", "ANSWERED 1", "ENDED").violations())
                .containsExactly("1 is ANSWERED for its sender, and not handled for the consumers");
        assertThat(checked(history(Map.of(1, 1), Map.of(), 0), "SENT 1", "FAILED 1", "ENDED").violations()).hasSize(1);
    }

    @Test
    void whatWasRefusedAndHandledIsFound() {
        for (String became : List.of("REFUSED", "EXPIRED", "UNHANDLED")) {
            assertThat(checked(history(Map.of(1, 1), Map.of(), 0), "SENT 1", became + " 1", "ENDED").violations())
                    .containsExactly("1 is " + became + " for its sender, and handled for the consumers");
        }
    }

    @Test
    void whatIsLostWithoutAWordIsFound() {
        assertThat(checked(history(Map.of(), Map.of(), 0), "SENT 1", "ACCEPTED 1", "ENDED").violations())
                .containsExactly(
                        "1 messages were accepted and not handled, but only 0 were reported",
                        "1 messages were accepted and not handled, but only 0 were reported or dropped by their age");
    }

    @Test
    void whatACountOfOldMessagesWouldHideIsFound() {
        assertThat(checked(history(Map.of(), Map.of(), 1), "SENT 1", "ACCEPTED 1", "ENDED").violations())
                .containsExactly("1 messages were accepted and not handled, but only 0 were reported");
    }

    @Test
    void aCallThatNeverReturnedIsFound() {
        assertThat(checked(history(Map.of(), Map.of(), 0), "SENT 1", "ENDED").violations())
                .containsExactly("a sender has ended and does not know what became of [1]");
    }
}
