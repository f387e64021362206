package io.resourcelink.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.resourcelink.benchmark.channel.Caller;
import io.resourcelink.benchmark.channel.Idle;
import io.resourcelink.benchmark.claim.Receiver;
import io.resourcelink.benchmark.destination.Distributor;
import io.resourcelink.benchmark.handoff.Producer;
import io.resourcelink.benchmark.handoff.SizeComparison;
import io.resourcelink.benchmark.messaging.Requester;

import static io.resourcelink.benchmark.Operations.JAVA;

/**
 * A ratio that is to be reached.
 *
 * @param label what a table says
 * @param figure what is measured
 * @param bound on which side of the limit it is to be
 * @param limit the limit
 */
record Target(String label, Figure figure, Bound bound, double limit) {

    /** What it takes to reach a limit. */
    enum Bound {

        /** The upper quartile is no more than it. */
        AT_MOST("≤ ") {
            @Override
            double nearer(Measurement measured) {
                return measured.high();
            }
        },

        /** The lower quartile is no less than it. */
        AT_LEAST("≥ ") {
            @Override
            double nearer(Measurement measured) {
                return measured.low();
            }

            @Override
            boolean isReached(double value, double limit) {
                return value >= limit;
            }
        },

        /** The lower quartile is no more than it: the rounds do not tell that it is above. */
        NOT_ABOVE("not above ") {
            @Override
            double nearer(Measurement measured) {
                return measured.low();
            }
        };

        private final String sign;

        Bound(String sign) {
            this.sign = sign;
        }

        abstract double nearer(Measurement measured);

        boolean isReached(double value, double limit) {
            return value <= limit;
        }
    }

    /** Something that may be at most so much. */
    Target(String label, Figure figure, double limit) {
        this(label, figure, Bound.AT_MOST, limit);
    }

    private static final int KIB = 1 << 10;
    private static final int MIB = 1 << 20;

    /** Something that was measured, or follows from it. */
    interface Figure {

        Optional<Measurement> in(Results results);
    }

    static final List<Target> ALL = List.of(
            new Target("create and close / the same system calls in C", againstC(Operations.CREATE), 1.2),
            new Target("cold acquire + release / the same in C", againstC(Operations.COLD), 1.2),
            new Target("cold acquire + last release / the same in C", againstC(Operations.COLD_LAST), 1.2),
            new Target("acquire + release when open already / cold", over(ours(Operations.OPEN), ours(Operations.COLD)),
                    0.2),
            new Target("`retain` + close, µs", ours(Operations.RETAIN), 1),
            new Target("last release with 200 threads / with one",
                    over(ours(Operations.RELEASE_MANY), ours(Operations.RELEASE)), 1.2),
            new Target("sweep, per segment / the same in C", againstC(Operations.SWEEP), 1.2),
            new Target("refcount of a segment that 10,000 descriptions hold, µs", ours(Operations.REFCOUNT),
                    62_500),
            handOff("recycled, 64 MiB / plain copy", 64 * MIB, "recycled", "copy", 1.7),
            handOff("recycled, 1 MiB / plain copy", MIB, "recycled", "copy", 2.3),
            handOff("recycled, 64 KiB / plain copy", 64 * KIB, "recycled", "copy", 7),
            handOff("recycled, 64 MiB / Unix socket", 64 * MIB, "recycled", "unix", 0.42),
            handOff("recycled, 1 MiB / Unix socket", MIB, "recycled", "unix", 0.28),
            handOff("recycled, 64 KiB / Unix socket", 64 * KIB, "recycled", "unix", 0.45),
            handOff("recycled, 64 MiB / Aeron IPC", 64 * MIB, "recycled", "aeron", 0.7),
            handOff("recycled, 1 MiB / Aeron IPC", MIB, "recycled", "aeron", 0.67),
            handOff("recycled, 64 KiB / Aeron IPC", 64 * KIB, "recycled", "aeron", 1),
            handOff("fresh, 64 MiB / plain copy", 64 * MIB, "fresh", "copy", 6.5),
            handOff("fresh on huge pages, 64 MiB / plain copy", 64 * MIB, "huge-fresh", "copy", 2.3),
            sizes("recycled, 1 to 16 MiB at random / Unix socket", SizeComparison.OVER_SOCKET, 0.6),
            sizes("the same / as many bytes in equal sizes", SizeComparison.OVER_EQUAL, 1.3),
            new Target("reading 1/16 of 64 MiB / reading all of it", over(reading("/16"), reading("")), 1.2 / 16),
            destinations("a topic's publish to 8 with a link of 4 MiB / 1 send with it and 7 without payload",
                    Distributor.EIGHT,
                    Distributor.PUBLISHED, Distributor.OVER_PROCESSOR_TIME, 1),
            destinations("a message to a queue with 4 consumers / with 1", Distributor.QUEUE, Distributor.FOUR,
                    Distributor.OVER_ONE, 1),
            request("a request above the channel's round trip, µs, spinning", Requester.RECORD, true,
                    Requester.ABOVE_CHANNEL, 20),
            request("the same, asleep", Requester.RECORD, false, Requester.ABOVE_CHANNEL, 30),
            request("a request / `RestClient`, spinning", Requester.RECORD, true, Requester.RESTS_TIME, 0.12),
            new Target("`RestClient`'s requests/s / ours, 8 threads, spinning",
                    inverse(requests(Requester.RECORDS, true, Requester.RESTS_RATE)), 1.0 / 8),
            request("a request with a link of 8 MiB / published and acquired by key, asleep", Requester.PAYLOAD, false,
                    Requester.CHANNELS_TIME, 1.3),
            request("the same / `RestClient` with a body", Requester.PAYLOAD, false, Requester.RESTS_TIME, 0.17),
            request("system calls of a request, asleep", Requester.RECORD, false, Requester.SYSTEM_CALLS, 12));

    /** Those of claims, which have a table of their own. */
    static final List<Target> CLAIMS = List.of(
            claims("a claim opened, near / its segment acquired by its key", Claims.OPEN.label(), Claims.NEAR,
                    Claims.ACQUIRES_TIME, 1.3),
            claims("a claim of 64 MiB opened, far / downloaded with `RestClient`", Receiver.DOWNLOAD, Receiver.FIRST,
                    Receiver.RESTS_TIME, 1.5),
            claims("the second reader there / the first", Receiver.DOWNLOAD, Receiver.SECOND, Receiver.FIRSTS_TIME,
                    0.05));

    /** Those of messages on channels, which have a table of their own. */
    static final List<Target> CHANNELS = channels();

    private static List<Target> channels() {
        List<Target> targets = new ArrayList<>();
        for (Mode mode : Mode.values()) {
            String how = ", " + mode.label();
            targets.add(times("recycled region in calls, 64 MiB / socket" + how, Caller.filled(64 * MIB),
                    Caller.inCalls(mode), 0.65));
            targets.add(times("recycled region in calls, 1 MiB / socket" + how, Caller.filled(MIB),
                    Caller.inCalls(mode), 0.6));
            targets.add(times("recycled region in calls, 64 KiB / socket" + how, Caller.filled(64 * KIB),
                    Caller.inCalls(mode), 0.8));
            targets.add(times("64 B bytes there and back / socket" + how, Caller.smallBytes(), Caller.channel(mode),
                    1.1));
            targets.add(rates("64 B records/s one way / socket's" + how, Caller.smallRecord(), Caller.channel(mode),
                    Caller.SOCKETS_RATE, 0.9));
            targets.add(rates("the same, batching / socket's" + how, Caller.smallRecord(), Caller.batching(mode),
                    Caller.SOCKETS_RATE, 2));
            targets.add(rates("the same, batching / an older version's" + how, Caller.smallRecord(),
                    Caller.batching(mode), Caller.OLDERS_RATE, 5));
            targets.add(rates("64 B records/s of four threads / of one" + how, Caller.smallRecord(),
                    Caller.fourThreads(mode), Caller.DEFAULTS_RATE, 1.2));
            targets.add(rates("64 B bytes/s one way / socket's" + how, Caller.smallBytes(), Caller.channel(mode),
                    Caller.SOCKETS_RATE, 1));
            targets.add(rates("the same, batching / socket's" + how, Caller.smallBytes(), Caller.batching(mode),
                    Caller.SOCKETS_RATE, 4));
        }
        targets.add(new Target("wake-ups of 64 B bytes there and back / socket's, asleep", counts(Caller.WAKE_UPS), 1));
        targets.add(new Target("system calls of the same / socket's, asleep", counts(Caller.SYSTEM_CALLS), 1));
        for (Mode mode : Mode.values()) {
            targets.add(new Target("wake-ups of two silent processes a second, above nothing open, " + mode.label(),
                    results -> results.find(Idle.PART, Idle.SUBJECT, Caller.channel(mode), Idle.ABOVE_NOTHING),
                    Bound.NOT_ABOVE, 0));
        }
        return List.copyOf(targets);
    }

    private static Target times(String label, String subject, String way, double limit) {
        return new Target(label, results -> results.find(Caller.PART, subject, way, Caller.SOCKETS_TIME), limit);
    }

    private static Target rates(String label, String subject, String way, String unit, double limit) {
        return new Target(label, results -> results.find(Caller.PART, subject, way, unit), Bound.AT_LEAST, limit);
    }

    private static Figure counts(String unit) {
        return over(small(Caller.channel(Mode.ASLEEP), unit), small(Caller.socket(Mode.ASLEEP), unit));
    }

    private static Figure small(String way, String unit) {
        return results -> results.find(Caller.PART, Caller.smallBytes(), way, unit);
    }

    private static Figure ours(Operations.Operation operation) {
        return results -> results.find(Operations.PART, operation.label(), JAVA, "us");
    }

    /** How many times what C takes for it, round by round. */
    private static Figure againstC(Operations.Operation operation) {
        return results -> results.find(Operations.PART, operation.label(), JAVA, "c");
    }

    private static Figure reading(String fraction) {
        return results -> results.find("partial", 64 * MIB + fraction, "recycled", "us to read");
    }

    private static Figure requests(String subject, boolean spinning, String unit) {
        return results -> results.find(Requester.PART, subject, Requester.template(spinning), unit);
    }

    private static Target destinations(String label, String subject, String way, String unit, double limit) {
        return new Target(label, results -> results.find(Distributor.PART, subject, way, unit), Bound.NOT_ABOVE, limit);
    }

    private static Target claims(String label, String subject, String way, String unit, double limit) {
        return new Target(label, results -> results.find(Receiver.PART, subject, way, unit), limit);
    }

    private static Target request(String label, String subject, boolean spinning, String unit, double limit) {
        return new Target(label, requests(subject, spinning, unit), limit);
    }

    private static Target sizes(String label, String unit, double limit) {
        return new Target(label, results -> results.find(SizeComparison.PART, SizeComparison.DRAWN, "recycled", unit),
                limit);
    }

    private static Target handOff(String label, int bytes, String way, String other, double limit) {
        return new Target(label, results -> results.find("handoff", String.valueOf(bytes), way,
                other.equals("copy") ? "copies" : Producer.time(other)), limit);
    }

    /** Two figures that are not of the same round, so what is between the quartiles of both is between those of the ratio. */
    private static Figure over(Figure numerator, Figure denominator) {
        return results -> numerator.in(results).flatMap(over -> denominator.in(results)
                .map(under -> new Measurement(over.part(), over.subject(), over.way(), "ratio",
                        over.value() / under.value(), over.low() / under.high(), over.high() / under.low(),
                        Math.min(over.rounds(), under.rounds()))));
    }

    private static Figure inverse(Figure figure) {
        return results -> figure.in(results).map(of -> new Measurement(of.part(), of.subject(), of.way(), "ratio",
                1 / of.value(), 1 / of.high(), 1 / of.low(), of.rounds()));
    }

    /** {@return what is to be reached, as a table says it} */
    String wanted() {
        return bound.sign + Table.number(limit);
    }

    /** {@return what a table says of what was measured} */
    String verdict(Measurement measured) {
        if (!bound.isReached(bound.nearer(measured), limit)) {
            return bound.isReached(measured.value(), limit) ? "**no**, a quartile is beyond" : "**no**";
        }
        return measured.rounds() < Rounds.ENOUGH ? "not said, too few rounds" : "yes";
    }
}
