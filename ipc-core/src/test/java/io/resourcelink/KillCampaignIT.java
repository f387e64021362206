package io.resourcelink;

import java.util.concurrent.ThreadLocalRandom;

import org.junit.jupiter.api.Test;

import io.resourcelink.campaign.Outcome;

import static org.assertj.core.api.Assertions.assertThat;

/** The short form of the campaign's part. */
class KillCampaignIT {

    private static final int KILLS = Effort.of("ipc.campaign.kills", 12, 200);

    /** Decides who is killed when, and what each worker does: {@code -Dipc.campaign.seed} repeats a campaign's choices. */
    private static final long SEED = Long.getLong("ipc.campaign.seed", ThreadLocalRandom.current().nextLong());

    @Test
    void nothingIsLostAndNothingInUseIsTouched() throws Exception {
        System.out.println("Kill campaign: -Dipc.campaign.seed=" + SEED);
        Outcome outcome = new KillPart(KILLS).run(SEED);
        System.out.println("Kill campaign: " + outcome);
        assertThat(outcome.violations()).as("campaign seed %s", SEED).isEmpty();
        assertThat(outcome.counts()).containsEntry("kills", KILLS + 4L);
    }
}
