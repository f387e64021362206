package io.resourcelink;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.resourcelink.campaign.Outcome;

import static org.assertj.core.api.Assertions.assertThat;

/** The short form of the campaign's part. */
@Tag("slow")
class StopIT {

    @Test
    void nothingOfAStoppedProcessIsCollected() throws Exception {
        Outcome outcome = new StopPart(20).run(1);
        System.out.println("stops " + outcome);
        assertThat(outcome.violations()).isEmpty();
        assertThat(outcome.counts().get("references")).isPositive();
    }
}
