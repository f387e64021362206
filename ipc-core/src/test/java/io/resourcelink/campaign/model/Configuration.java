package io.resourcelink.campaign.model;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

import static io.resourcelink.campaign.model.Operation.ACQUIRE;
import static io.resourcelink.campaign.model.Operation.COLLECT;
import static io.resourcelink.campaign.model.Operation.CREATE;
import static io.resourcelink.campaign.model.Operation.ENTER;
import static io.resourcelink.campaign.model.Operation.LEAVE;
import static io.resourcelink.campaign.model.Operation.LOSE;
import static io.resourcelink.campaign.model.Operation.RECEIVE;
import static io.resourcelink.campaign.model.Operation.REFILL;
import static io.resourcelink.campaign.model.Operation.RELEASE;
import static io.resourcelink.campaign.model.Operation.REMOVE;
import static io.resourcelink.campaign.model.Operation.RETIRE;
import static io.resourcelink.campaign.model.Operation.SEND;
import static io.resourcelink.campaign.model.Operation.SETTLE;
import static io.resourcelink.campaign.model.Operation.SWEEP;
import static io.resourcelink.campaign.model.Operation.VIEW;

/**
 * What some processes do at the same time.
 *
 * @param name for people
 * @param programs one for each process
 */
record Configuration(String name, List<List<Operation>> programs) {

    /** Those that are checked to the end, each with up to two crashes. Every rule is needed in one of them. */
    static final List<Configuration> ALL = List.of(
            new Configuration("hold and collect", List.of(List.of(CREATE, RELEASE), List.of(ACQUIRE, RELEASE),
                    List.of(COLLECT, CREATE, RELEASE))),
            new Configuration("two holders and two collectors",
                    List.of(List.of(CREATE, RELEASE), List.of(ACQUIRE, RELEASE),
                            List.of(COLLECT), List.of(COLLECT))),
            new Configuration("create over another",
                    List.of(List.of(CREATE, RELEASE), List.of(CREATE, RELEASE), List.of(ACQUIRE, RELEASE))),
            new Configuration("forced removal",
                    List.of(List.of(CREATE, RELEASE, CREATE, RELEASE), List.of(REMOVE), List.of(COLLECT))),
            new Configuration("two forced removals",
                    List.of(List.of(CREATE, RELEASE, CREATE, RELEASE), List.of(REMOVE), List.of(REMOVE))),
            new Configuration("a claim is settled", List.of(List.of(CREATE, RELEASE, CREATE, RELEASE), List.of(SETTLE),
                    List.of(ACQUIRE, RELEASE))),
            new Configuration("recycle",
                    List.of(List.of(CREATE, RETIRE, REFILL, RETIRE, RELEASE), List.of(ACQUIRE, VIEW, RELEASE),
                            List.of(COLLECT))),
            new Configuration("recycle and settle", List.of(List.of(CREATE, RETIRE, REFILL, RELEASE), List.of(SETTLE),
                    List.of(CREATE, RELEASE))),
            new Configuration("hand over",
                    List.of(List.of(CREATE, SEND, RELEASE), List.of(RECEIVE, RELEASE), List.of(COLLECT))),
            new Configuration("hand over and remove",
                    List.of(List.of(CREATE, SEND, RELEASE), List.of(RECEIVE, RELEASE), List.of(REMOVE))),
            new Configuration("hand over what is recycled", List.of(List.of(CREATE, SEND, RETIRE, REFILL, RELEASE),
                    List.of(RECEIVE, VIEW, RELEASE), List.of(COLLECT))),
            new Configuration("an entry", List.of(List.of(ENTER, LEAVE), List.of(SWEEP, SWEEP), List.of(SWEEP))),
            new Configuration("an entry in a directory that is lost",
                    List.of(List.of(ENTER, ENTER, LEAVE), List.of(LOSE), List.of(SWEEP))));

    /** {@return three or four processes that do what chance wants} */
    static Configuration random(SplittableRandom random) {
        List<List<Operation>> programs = new ArrayList<>();
        int processes = 3 + random.nextInt(2);
        programs.add(producer(random));
        if (programs.getFirst().contains(SEND)) {
            programs.add(List.of(RECEIVE, VIEW, RELEASE));
        }
        while (programs.size() < processes) {
            programs.add(switch (random.nextInt(6)) {
                case 0 -> List.of(COLLECT, COLLECT);
                case 1 -> List.of(random.nextBoolean() ? REMOVE : SETTLE);
                case 2 -> List.of(CREATE, RELEASE);
                case 3 -> List.of(COLLECT, CREATE, RELEASE);
                default -> List.of(ACQUIRE, VIEW, RELEASE);
            });
        }
        return new Configuration(programs.toString(), programs);
    }

    private static List<Operation> producer(SplittableRandom random) {
        List<Operation> program = new ArrayList<>(List.of(CREATE));
        if (random.nextInt(3) == 0) {
            program.add(SEND);
        }
        if (random.nextBoolean()) {
            program.addAll(List.of(RETIRE, REFILL));
        }
        if (random.nextInt(3) == 0) {
            program.add(RETIRE);
        }
        program.add(RELEASE);
        if (random.nextInt(4) == 0) {
            program.addAll(List.of(CREATE, RELEASE));
        }
        return program;
    }

    Checker.Verdict check(int crashes, int bound) {
        return new Checker(programs, EnumSet.allOf(Rule.class), crashes, bound).check();
    }

    Checker.Verdict checkWithout(Rule rule, int crashes, int bound) {
        Set<Rule> rules = EnumSet.complementOf(EnumSet.of(rule));
        return new Checker(programs, rules, crashes, bound).check();
    }
}
