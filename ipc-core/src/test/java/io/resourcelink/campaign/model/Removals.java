package io.resourcelink.campaign.model;

import java.util.Set;

import static io.resourcelink.campaign.model.World.ALL_REFERENCES;
import static io.resourcelink.campaign.model.World.MAINTENANCE;
import static io.resourcelink.campaign.model.World.REFERENCE;

/** How a name is removed: the five steps of Collector. */
final class Removals {

    /** The nonce of the claim that is settled: the first segment's. */
    private static final int CLAIM = 1;

    private Removals() {}

    /** Looks; opens again; locks M and all of R; compares; unlinks; closes. */
    static boolean collect(World world, int process, Set<Rule> rules) {
        int own = World.own(process);
        switch (world.step(process)) {
            case 0 -> {
                if (world.name() == 0 || world.file(own) != 0 || isHeld(world)) {
                    world.done(process);
                } else {
                    world.go(process, 1);
                }
            }
            case 1 -> {
                if (world.name() == 0) {
                    world.done(process);
                } else {
                    world.open(own, world.name());
                    world.go(process, 2);
                }
            }
            case 2, 3, 4, 5 -> {
                return unlinkUnheld(world, process, rules, false);
            }
            case 7 -> {
                world.close(own);
                world.done(process);
            }
            default -> throw new IllegalStateException();
        }
        return true;
    }

    private static boolean isHeld(World world) {
        for (int description = 0; description <= world.socket(); description++) {
            if (world.file(description) == world.name() && world.has(description, REFERENCE)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Steps 2 to 5, then 7. A process that has released waits for M; a sweep does not.
     *
     * @param waits whether the process waits
     */
    static boolean unlinkUnheld(World world, int process, Set<Rule> rules, boolean waits) {
        int own = World.own(process);
        switch (world.step(process)) {
            case 2 -> {
                if (!rules.contains(Rule.MAINTAIN) || world.tryLock(own, MAINTENANCE)) {
                    world.go(process, 3);
                } else if (waits && rules.contains(Rule.WAIT_FOR_MAINTENANCE)) {
                    return false;
                } else {
                    world.go(process, 7);
                }
            }
            case 3 -> {
                boolean excluded = !rules.contains(Rule.EXCLUDE_REFERENCES) || world.tryLock(own, ALL_REFERENCES);
                world.go(process, excluded ? 4 : 7);
            }
            case 4 -> {
                boolean same = world.name() == world.file(own) || !rules.contains(Rule.COMPARE_FILE);
                world.go(process, same && world.name() != 0 ? 5 : 7);
            }
            case 5 -> {
                unlink(world, process);
                world.go(process, 7);
            }
            default -> throw new IllegalStateException();
        }
        return true;
    }

    private static void unlink(World world, int process) {
        if (world.name() != 0 && world.name() != world.file(World.own(process))) {
            world.violate("the name of another file was removed");
        }
        world.setName(0);
    }

    /** Removes the name although processes may hold the segment: locks M; compares; unlinks; closes. */
    static boolean remove(World world, int process, Set<Rule> rules) {
        return remove(world, process, rules, false);
    }

    /** The same, if the segment has the nonce of a claim. */
    static boolean settle(World world, int process, Set<Rule> rules) {
        return remove(world, process, rules, true);
    }

    private static boolean remove(World world, int process, Set<Rule> rules, boolean settling) {
        int own = World.own(process);
        switch (world.step(process)) {
            case 0 -> {
                if (world.name() == 0 || world.file(own) != 0) {
                    world.done(process);
                } else {
                    world.open(own, world.name());
                    world.go(process, 1);
                }
            }
            case 1 -> {
                if (!rules.contains(Rule.MAINTAIN) || world.tryLock(own, MAINTENANCE)) {
                    world.go(process, 2);
                } else {
                    world.close(own);
                    world.go(process, 0);
                }
            }
            case 2 -> {
                if (world.name() == world.file(own) || !rules.contains(Rule.COMPARE_FILE)) {
                    world.go(process, settling ? 3 : 4);
                } else {
                    world.close(own);
                    world.go(process, 0);
                }
            }
            case 3 -> {
                boolean right = world.nonce(world.file(own)) == CLAIM || !rules.contains(Rule.COMPARE_NONCE);
                world.go(process, right ? 4 : 5);
            }
            case 4 -> {
                if (settling && world.name() != 0 && world.content(world.name()) != CLAIM) {
                    world.violate("a segment was removed that the claim is not for");
                }
                if (world.name() != 0) {
                    world.setForced(world.file(own), true);
                }
                unlink(world, process);
                world.go(process, 5);
            }
            case 5 -> {
                world.close(own);
                world.done(process);
            }
            default -> throw new IllegalStateException();
        }
        return true;
    }
}
