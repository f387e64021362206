package io.resourcelink.campaign.model;

import java.util.Set;

import static io.resourcelink.campaign.model.World.ALL_REFERENCES;
import static io.resourcelink.campaign.model.World.HOLDING;
import static io.resourcelink.campaign.model.World.IDLE_FILE;
import static io.resourcelink.campaign.model.World.MAINTENANCE;
import static io.resourcelink.campaign.model.World.NOTHING;
import static io.resourcelink.campaign.model.World.REFERENCE;
import static io.resourcelink.campaign.model.World.VIEW;

/** How a segment is made, acquired and released: the steps of Creator, Acquirer and OpenSegment. */
final class Segments {

    private Segments() {}

    /** Makes a file without a name; locks the first reference; completes it; names it. */
    static boolean create(World world, int process, Set<Rule> rules) {
        int own = World.own(process);
        boolean lockFirst = rules.contains(Rule.REFERENCE_BEFORE_NAME);
        boolean completeFirst = rules.contains(Rule.COMPLETE_BEFORE_NAME);
        switch (world.step(process)) {
            case 0 -> {
                if (world.has(process) != NOTHING) {
                    world.done(process);
                    return true;
                }
                world.open(own, world.newFile());
                world.go(process, lockFirst ? 1 : 2);
            }
            case 1 -> {
                if (!world.tryLock(own, REFERENCE)) {
                    throw new IllegalStateException("A file without a name is locked.");
                }
                world.go(process, 2);
            }
            case 2 -> {
                int number = world.number();
                world.setNonce(world.file(own), number);
                world.setContent(world.file(own), completeFirst ? number : 0);
                world.go(process, 3);
            }
            case 3 -> name(world, process, rules);
            case 4 -> {
                // Only where a rule is left out: what should have been done before.
                if (!lockFirst && !world.tryLock(own, REFERENCE)) {
                    world.close(own);
                    world.done(process);
                    return true;
                }
                world.setContent(world.file(own), world.nonce(world.file(own)));
                made(world, process);
            }
            default -> throw new IllegalStateException();
        }
        return true;
    }

    private static void name(World world, int process, Set<Rule> rules) {
        int own = World.own(process);
        if (world.name() != 0 && rules.contains(Rule.NAME_ONLY_IF_FREE)) {
            world.close(own);
            world.done(process);
            return;
        }
        world.setName(world.file(own));
        if (rules.contains(Rule.REFERENCE_BEFORE_NAME) && rules.contains(Rule.COMPLETE_BEFORE_NAME)) {
            made(world, process);
        } else {
            world.go(process, 4);
        }
    }

    private static void made(World world, int process) {
        world.setHas(process, HOLDING, world.content(world.file(World.own(process))));
        world.done(process);
    }

    /** Opens by name; locks a byte; asks whether the name still is this file; reads the header. */
    static boolean acquire(World world, int process, Set<Rule> rules) {
        int own = World.own(process);
        switch (world.step(process)) {
            case 0 -> {
                if (world.has(process) != NOTHING || world.name() == 0) {
                    world.done(process);
                    return true;
                }
                world.open(own, world.name());
                world.remember(process, world.content(world.name()));
                world.go(process, 1);
            }
            case 1 -> {
                if (!world.tryLock(own, REFERENCE)) {
                    world.close(own);
                    world.go(process, 0);
                } else {
                    world.go(process, rules.contains(Rule.LOOK_AFTER_LOCK) ? 2 : 3);
                }
            }
            case 2 -> {
                if (world.name() == world.file(own)) {
                    world.go(process, 3);
                } else {
                    world.close(own);
                    world.go(process, 0);
                }
            }
            case 3 -> {
                int seen = rules.contains(Rule.HEADER_AFTER_LOCK)
                        ? world.content(world.file(own))
                        : world.remembered(process);
                if (seen == 0) {
                    world.violate("a half-made segment was acquired");
                }
                world.setHas(process, HOLDING, seen);
                world.done(process);
            }
            default -> throw new IllegalStateException();
        }
        return true;
    }

    /** A consumer opens its first view of the memory. */
    static boolean view(World world, int process, Set<Rule> rules) {
        if (world.has(process) == HOLDING) {
            world.tryLock(World.own(process), VIEW);
        }
        world.done(process);
        return true;
    }

    /**
     * Unlocks the byte; if no other process has one, removes the name; closes. A late reader sees the memory until the last step. A file
     * that waits on the stage is removed there.
     */
    static boolean release(World world, int process, Set<Rule> rules) {
        int own = World.own(process);
        switch (world.step(process)) {
            case 0 -> {
                if (world.has(process) == IDLE_FILE) {
                    world.setStaged(world.file(own), false);
                    world.setHas(process, NOTHING, 0);
                    world.go(process, 8);
                } else if (world.has(process) == NOTHING) {
                    world.done(process);
                } else if (rules.contains(Rule.UNLOCK_BEFORE_ASKING)) {
                    unlock(world, process);
                    world.go(process, 1);
                } else {
                    boolean last = !world.others(own, REFERENCE);
                    world.remember(process, last ? 1 : 0);
                    world.go(process, 9);
                }
            }
            case 1 -> world.go(process, world.others(own, REFERENCE) ? 7 : 2);
            case 2, 3, 4, 5 -> {
                return Removals.unlinkUnheld(world, process, rules, true);
            }
            case 7 -> {
                world.unlock(own, MAINTENANCE | ALL_REFERENCES);
                world.go(process, 8);
            }
            case 8 -> {
                world.close(own);
                world.setHas(process, NOTHING, 0);
                world.done(process);
            }
            case 9 -> {
                unlock(world, process);
                world.go(process, world.remembered(process) == 1 ? 2 : 7);
            }
            default -> throw new IllegalStateException();
        }
        return true;
    }

    /** On a description that a message shares, this drops the reference in transit as well. */
    private static void unlock(World world, int process) {
        int own = World.own(process);
        world.unlock(own, REFERENCE);
        if (world.isSent() && world.isSocketShared() && world.file(world.socket()) == world.file(own)) {
            world.unlock(world.socket(), REFERENCE);
        }
        world.setHas(process, NOTHING, world.expected(process));
    }
}
