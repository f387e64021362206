package io.resourcelink.campaign;

import java.util.List;

import io.resourcelink.KillPart;
import io.resourcelink.StopPart;
import io.resourcelink.campaign.model.ModelPart;
import io.resourcelink.channel.HistoryPart;
import io.resourcelink.claim.ClaimLies;
import io.resourcelink.internal.format.HeaderLies;
import io.resourcelink.internal.wire.FrameLies;

/** All parts of the campaign. */
final class Parts {

    private Parts() {}

    /**
     * {@return all parts, each with the size of one seed}
     *
     * @param soak how many seconds a seed of the soak takes
     */
    static List<Part> all(int soak) {
        return List.of(new ModelPart(20, 1_500_000), new HeaderLies(50_000_000), new FrameLies(10_000_000),
                new ClaimLies(5_000_000), new KillPart(100), new HistoryPart(20),
                new StopPart(350), new SoakPart(soak));
    }
}
