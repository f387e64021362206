package io.resourcelink.campaign;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.resourcelink.claim.ClaimLies;
import io.resourcelink.internal.format.HeaderLies;
import io.resourcelink.internal.wire.FrameLies;

import static org.assertj.core.api.Assertions.assertThat;

/** The short form of the parts that lie. */
@Tag("slow")
class LiesTest {

    @Test
    void everyHeaderIsRefusedOrTheSame() throws Exception {
        Outcome outcome = run(new HeaderLies(2_000_000));
        assertThat(outcome.count("accepted")).isBetween(200_000L, 1_800_000L);
    }

    @Test
    void everyPacketIsRefusedOrTheSame() throws Exception {
        Outcome outcome = run(new FrameLies(800_000));
        assertThat(outcome.count("frames accepted")).isGreaterThan(100_000);
        assertThat(outcome.count("packets refused")).isGreaterThan(100_000);
        assertThat(outcome.count("headers accepted")).isGreaterThan(5_000);
    }

    @Test
    void noClaimThatWasChangedIsValid() throws Exception {
        Outcome outcome = run(new ClaimLies(160_000));
        assertThat(outcome.count("read")).isGreaterThan(10_000);
        assertThat(outcome.count("refused")).isGreaterThan(50_000);
        assertThat(outcome.count("requests")).isGreaterThan(1_000);
    }

    private static Outcome run(Part part) throws Exception {
        Outcome outcome = part.run(1);
        System.out.println(part.name() + " " + outcome);
        assertThat(outcome.violations()).isEmpty();
        return outcome;
    }
}
