package io.resourcelink.campaign.model;

import java.util.Set;

import static io.resourcelink.campaign.model.World.HOLDING;
import static io.resourcelink.campaign.model.World.NOTHING;
import static io.resourcelink.campaign.model.World.REFERENCE;

/**
 * The entry of a process that serves a destination: the steps of Entries and OwnEntries. The key is the entry's name, which only this
 * process ever makes, again if an outsider has removed the directory.
 */
final class Entries {

    private Entries() {}

    /** Under the lock of the directory: makes a file; locks its byte; names it. What was made before is closed after that. */
    static boolean enter(World world, int process, Set<Rule> rules) {
        int own = World.own(process);
        int fresh = World.other(process);
        boolean lockFirst = rules.contains(Rule.ENTRY_LOCKED_WHEN_SEEN);
        switch (world.step(process)) {
            case 0 -> {
                if (lockFirst && world.directoryLock() != 0) {
                    return false;
                }
                if (world.name() != 0) {
                    world.done(process);
                    return true;
                }
                if (lockFirst) {
                    world.setDirectoryLock(process + 1);
                }
                world.go(process, 1);
            }
            case 1 -> {
                int file = world.newFile();
                world.open(fresh, file);
                world.setContent(file, world.number());
                world.go(process, lockFirst ? 2 : 3);
            }
            case 2 -> {
                lock(world, process);
                world.go(process, 3);
            }
            case 3 -> {
                world.setName(world.file(fresh));
                world.go(process, lockFirst ? 5 : 4);
            }
            case 4 -> {
                // Only where the rule is left out.
                lock(world, process);
                world.go(process, 5);
            }
            case 5 -> {
                world.close(own);
                world.open(own, world.file(fresh));
                world.tryLock(own, REFERENCE);
                world.close(fresh);
                world.setHas(process, HOLDING, world.content(world.file(own)));
                world.go(process, 6);
            }
            case 6 -> {
                if (lockFirst) {
                    world.setDirectoryLock(0);
                }
                world.done(process);
            }
            default -> throw new IllegalStateException();
        }
        return true;
    }

    private static void lock(World world, int process) {
        if (!world.tryLock(World.other(process), REFERENCE)) {
            throw new IllegalStateException("Only its maker locks the byte of an entry.");
        }
    }

    /** Without the lock of the directory: compares; unlinks; closes. */
    static boolean leave(World world, int process, Set<Rule> rules) {
        int own = World.own(process);
        switch (world.step(process)) {
            case 0 -> {
                if (world.has(process) == NOTHING) {
                    world.done(process);
                } else {
                    world.setHas(process, NOTHING, 0);
                    world.go(process, world.name() == world.file(own) ? 1 : 2);
                }
            }
            case 1 -> {
                world.setName(0);
                world.go(process, 2);
            }
            case 2 -> {
                world.close(own);
                world.done(process);
            }
            default -> throw new IllegalStateException();
        }
        return true;
    }

    /** Under the lock of the directory: looks at the byte; compares; unlinks. */
    static boolean sweep(World world, int process, Set<Rule> rules) {
        int own = World.own(process);
        switch (world.step(process)) {
            case 0 -> {
                if (world.directoryLock() != 0) {
                    return false;
                }
                world.setDirectoryLock(process + 1);
                world.go(process, 1);
            }
            case 1 -> {
                world.open(own, world.name());
                boolean dead = world.name() != 0
                        && (!rules.contains(Rule.ENTRY_IS_DEAD) || !world.others(own, REFERENCE));
                world.go(process, dead ? 2 : 4);
            }
            case 2 -> world.go(process, world.name() == world.file(own) ? 3 : 4);
            case 3 -> {
                world.setName(0);
                world.go(process, 4);
            }
            case 4 -> {
                world.close(own);
                world.setDirectoryLock(0);
                world.done(process);
            }
            default -> throw new IllegalStateException();
        }
        return true;
    }

    /** An outsider removes the directory with all entries. */
    static boolean lose(World world, int process, Set<Rule> rules) {
        world.lose();
        world.done(process);
        return true;
    }
}
