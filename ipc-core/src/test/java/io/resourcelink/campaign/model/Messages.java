package io.resourcelink.campaign.model;

import java.util.Set;

import static io.resourcelink.campaign.model.World.HOLDING;
import static io.resourcelink.campaign.model.World.NOTHING;
import static io.resourcelink.campaign.model.World.REFERENCE;

/** How a reference travels in a message: the steps of TransitReference and Arrivals. */
final class Messages {

    private Messages() {}

    /** Opens the file once more; compares; locks a byte there; sends the description. */
    static boolean send(World world, int process, Set<Rule> rules) {
        int own = World.own(process);
        int other = World.other(process);
        switch (world.step(process)) {
            case 0 -> {
                if (world.has(process) != HOLDING || world.name() == 0) {
                    world.done(process);
                } else if (!rules.contains(Rule.SEND_OWN_DESCRIPTION) && world.isAhead(Operation.RECEIVE)) {
                    world.send(own, world.expected(process), true);
                    world.done(process);
                } else {
                    world.open(other, world.name());
                    world.go(process, 1);
                }
            }
            case 1 -> {
                if (world.file(own) == world.file(other) && world.tryLock(other, REFERENCE)) {
                    world.go(process, 2);
                } else {
                    world.close(other);
                    world.done(process);
                }
            }
            case 2 -> {
                if (world.isAhead(Operation.RECEIVE)) {
                    world.send(other, world.expected(process), false);
                }
                world.close(other);
                world.done(process);
            }
            default -> throw new IllegalStateException();
        }
        return true;
    }

    /** Takes the description; opens the file once more; locks a byte there; looks at the name; reads the header; closes what came. */
    static boolean receive(World world, int process, Set<Rule> rules) {
        int own = World.own(process);
        int other = World.other(process);
        switch (world.step(process)) {
            case 0 -> {
                if (!world.isSent()) {
                    if (world.isAhead(Operation.SEND)) {
                        return false;
                    }
                    world.done(process);
                    return true;
                }
                world.remember(process, world.sentContent());
                world.receive(other);
                world.go(process, 1);
            }
            case 1 -> {
                if (world.name() == world.file(other)) {
                    world.open(own, world.name());
                    world.go(process, 2);
                } else {
                    if (!world.isForced(world.file(other))) {
                        world.violate("what was sent has no name when it is received");
                    }
                    world.go(process, 5);
                }
                if (!rules.contains(Rule.LOCK_BEFORE_CLOSING_RECEIVED)) {
                    world.close(other);
                }
            }
            case 2 -> {
                if (world.tryLock(own, REFERENCE)) {
                    world.go(process, 3);
                } else {
                    world.close(own);
                    world.go(process, 5);
                }
            }
            case 3 -> {
                int seen = world.content(world.file(own));
                if (seen != world.remembered(process)) {
                    world.violate("something else was received than was sent");
                }
                world.setHas(process, HOLDING, seen);
                world.go(process, 4);
            }
            case 4 -> {
                world.close(other);
                world.done(process);
            }
            case 5 -> {
                world.close(other);
                world.setHas(process, NOTHING, 0);
                world.done(process);
            }
            default -> throw new IllegalStateException();
        }
        return true;
    }
}
