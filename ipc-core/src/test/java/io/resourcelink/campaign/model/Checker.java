package io.resourcelink.campaign.model;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import static io.resourcelink.campaign.model.World.HOLDING;
import static io.resourcelink.campaign.model.World.VIEW;

/**
 * Tries every order of the steps of some processes, breadth first, with a crash of each process before each of its steps. Ends with the
 * first violation, so its trace is one of the shortest.
 */
final class Checker {

    private final List<List<Operation>> programs;
    private final Set<Rule> rules;
    private final int crashes;
    private final int bound;
    private final Set<World> seen = new HashSet<>();
    private final Deque<World> ahead = new ArrayDeque<>();

    /**
     * What was found.
     *
     * @param states how many states there are
     * @param complete whether these are all, because the bound was not reached
     * @param violation what was wrong and how it came to that, {@code null} if nothing was
     */
    record Verdict(long states, boolean complete, @Nullable String violation) {}

    /**
     * Makes a checker.
     *
     * @param programs what each process does
     * @param rules the rules that they keep
     * @param crashes how many processes may die
     * @param bound how many states to look at
     */
    Checker(List<List<Operation>> programs, Set<Rule> rules, int crashes, int bound) {
        this.programs = programs;
        this.rules = rules;
        this.crashes = crashes;
        this.bound = bound;
    }

    Verdict check() {
        String violation = reach(new World(programs));
        while (violation == null && !ahead.isEmpty() && seen.size() < bound) {
            violation = expand(ahead.removeFirst());
        }
        return new Verdict(seen.size(), violation != null || ahead.isEmpty(), violation);
    }

    private @Nullable String expand(World world) {
        boolean some = false;
        boolean over = true;
        int dead = 0;
        for (int process = 0; process < programs.size(); process++) {
            dead += world.isDead(process) ? 1 : 0;
        }
        for (int process = 0; process < programs.size(); process++) {
            if (world.isOver(process)) {
                continue;
            }
            over = false;
            World next = world.copy((char) ('A' + process) + " " + world.current(process) + " "
                    + world.step(process));
            if (world.current(process).step(next, process, rules)) {
                some = true;
                String violation = reach(next);
                if (violation != null) {
                    return violation;
                }
            }
            if (dead < crashes) {
                World crashed = world.copy((char) ('A' + process) + " is killed");
                crashed.kill(process);
                String violation = reach(crashed);
                if (violation != null) {
                    return violation;
                }
            }
        }
        return over ? atTheEnd(world, dead) : some ? null : said("nothing goes on", world);
    }

    private @Nullable String reach(World world) {
        world.forget();
        if (!seen.add(world)) {
            return null;
        }
        ahead.addLast(world);
        String violation = world.violation() == null ? broken(world) : world.violation();
        return violation == null ? null : said(violation, world);
    }

    private static String said(String violation, World world) {
        return violation + " (" + world.trace() + ")";
    }

    /** What holds in every state. */
    private @Nullable String broken(World world) {
        for (int process = 0; process < programs.size(); process++) {
            int own = World.own(process);
            int file = world.file(own);
            boolean holds = world.has(process) == HOLDING;
            if (holds && world.name() != file && !world.isForced(file)) {
                return "a segment was taken away from its holder";
            }
            if ((holds || world.has(own, VIEW)) && world.content(file) != world.expected(process)) {
                return "memory was filled again that a reader sees";
            }
        }
        if (world.isSent() && world.name() != world.file(world.socket())
                && !world.isForced(world.file(world.socket()))) {
            return "a segment was taken away from a message";
        }
        return null;
    }

    /** What holds when all processes have ended. What a crash leaves is unheld, so the next sweep takes it. */
    private @Nullable String atTheEnd(World world, int dead) {
        for (int description = 0; description <= world.socket(); description++) {
            if (world.file(description) != 0) {
                return said("a description is left", world);
            }
        }
        if (dead == 0 && (world.name() != 0 || world.isAnyStaged())) {
            return said("the last one out has left a segment", world);
        }
        return world.directoryLock() == 0 ? null : said("the directory is left locked", world);
    }
}
