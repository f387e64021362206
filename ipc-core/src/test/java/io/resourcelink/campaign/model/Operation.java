package io.resourcelink.campaign.model;

import java.util.Set;

/** What a process does: one system call for each step. Programs are lists of these. */
enum Operation {
    CREATE(Segments::create), ACQUIRE(Segments::acquire), VIEW(Segments::view), RELEASE(Segments::release),
    COLLECT(Removals::collect), REMOVE(Removals::remove), SETTLE(Removals::settle), RETIRE(Recycling::retire),
    REFILL(Recycling::refill), SEND(Messages::send), RECEIVE(Messages::receive), ENTER(Entries::enter),
    LEAVE(Entries::leave), SWEEP(Entries::sweep), LOSE(Entries::lose);

    /** Changes the state by one system call of a process, or not at all if the process has to wait. */
    interface Steps {

        /** {@return whether it was done; {@code false} if the process has to wait} */
        boolean step(World world, int process, Set<Rule> rules);
    }

    @SuppressWarnings("ImmutableEnumChecker") // A method without state.
    private final Steps steps;

    Operation(Steps steps) {
        this.steps = steps;
    }

    boolean step(World world, int process, Set<Rule> rules) {
        return steps.step(world, process, rules);
    }
}
