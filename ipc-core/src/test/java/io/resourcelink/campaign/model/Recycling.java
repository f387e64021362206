package io.resourcelink.campaign.model;

import java.util.Set;

import static io.resourcelink.campaign.model.World.ALL_REFERENCES;
import static io.resourcelink.campaign.model.World.HOLDING;
import static io.resourcelink.campaign.model.World.IDLE_FILE;
import static io.resourcelink.campaign.model.World.MAINTENANCE;
import static io.resourcelink.campaign.model.World.NOTHING;
import static io.resourcelink.campaign.model.World.VIEW;

/** How a producer uses a file again: the steps of RecycledFiles and SegmentDraft. It keeps its byte locked all the time. */
final class Recycling {

    private Recycling() {}

    /** Locks M and all of R; compares; moves the file to the stage; unlocks all but its byte. */
    static boolean retire(World world, int process, Set<Rule> rules) {
        int own = World.own(process);
        switch (world.step(process)) {
            case 0 -> {
                boolean excluded = world.has(process) == HOLDING && world.tryLock(own, MAINTENANCE)
                        && (!rules.contains(Rule.RECYCLE_UNHELD) || world.tryLock(own, ALL_REFERENCES));
                if (excluded) {
                    world.go(process, 1);
                } else {
                    // Still lent.
                    world.unlock(own, MAINTENANCE);
                    world.done(process);
                }
            }
            case 1 -> {
                if (world.name() == world.file(own)) {
                    world.go(process, 2);
                } else {
                    world.close(own);
                    world.setHas(process, NOTHING, 0);
                    world.done(process);
                }
            }
            case 2 -> {
                if (world.name() != world.file(own)) {
                    world.violate("another file was moved to the stage");
                }
                world.setName(0);
                world.setStaged(world.file(own), true);
                world.setHas(process, IDLE_FILE, 0);
                world.go(process, 3);
            }
            case 3 -> {
                world.unlock(own, MAINTENANCE | ALL_REFERENCES);
                world.done(process);
            }
            default -> throw new IllegalStateException();
        }
        return true;
    }

    /** Asks for late readers; writes header and payload; moves the file to the key, if that is free. */
    static boolean refill(World world, int process, Set<Rule> rules) {
        int own = World.own(process);
        int file = world.file(own);
        switch (world.step(process)) {
            case 0 -> {
                boolean seen = world.has(process) != IDLE_FILE
                        || (rules.contains(Rule.REFILL_UNSEEN) && world.others(own, VIEW));
                if (seen || !world.isStaged(file)) {
                    world.done(process);
                } else {
                    world.go(process, 1);
                }
            }
            case 1 -> {
                world.remember(process, world.number());
                world.setContent(file, 0);
                if (rules.contains(Rule.NEW_NONCE)) {
                    world.setNonce(file, world.remembered(process));
                }
                world.go(process, 2);
            }
            case 2 -> {
                world.setContent(file, world.remembered(process));
                world.setForced(file, false);
                world.go(process, 3);
            }
            case 3 -> {
                world.setStaged(file, false);
                if (world.name() != 0 && rules.contains(Rule.NAME_ONLY_IF_FREE)) {
                    world.setHas(process, NOTHING, 0);
                    world.close(own);
                } else {
                    world.setName(file);
                    world.setHas(process, HOLDING, world.content(file));
                }
                world.done(process);
            }
            default -> throw new IllegalStateException();
        }
        return true;
    }
}
