package io.resourcelink.channel;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.resourcelink.campaign.Outcome;

import static org.assertj.core.api.Assertions.assertThat;

/** The short form of the campaign's part. */
@Tag("slow")
@Timeout(600)
class HistoryIT {

    @Test
    void sendersAndConsumersAgreeAboutEachMessage() throws Exception {
        Outcome outcome = new HistoryPart(4).run(1);
        System.out.println("history " + outcome);
        assertThat(outcome.violations()).isEmpty();
        assertThat(outcome.counts().get("answered")).isGreaterThan(50);
        assertThat(outcome.counts().get("handled")).isGreaterThan(100);
    }
}
