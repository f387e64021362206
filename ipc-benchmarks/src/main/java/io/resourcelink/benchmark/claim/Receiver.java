package io.resourcelink.benchmark.claim;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import io.resourcelink.benchmark.Figures;
import io.resourcelink.benchmark.Results;
import io.resourcelink.benchmark.Rounds;
import io.resourcelink.benchmark.ScratchDirectory;

/**
 * The process that receives, and measures how long it takes until the payload is here. It is the sender's host and another one, each with
 * directories of its own. Goes in rounds; in each of them everything has its turn.
 */
public final class Receiver {

    /** The part of the suite. */
    public static final String PART = "claims";

    /** The unit of times. */
    public static final String TIME = "ms";

    /** A payload that another host gets. */
    public static final String DOWNLOAD = "64 MiB";

    /** Spring's client as it makes itself. */
    public static final String REST = "`RestClient` into a file";

    /** Spring's client on the connections that the fetcher uses. */
    public static final String REST_SIMPLE = "`RestClient` on `HttpURLConnection`, into a file";

    /** The host does not have it. */
    public static final String FIRST = "claim opened for the first time, far";

    /** The host has it. */
    public static final String SECOND = "the same by another application there";

    /** The unit of times in those of {@link #REST}. */
    public static final String RESTS_TIME = "RestClient's time";

    /** The unit of times in those of {@link #FIRST}. */
    public static final String FIRSTS_TIME = "first's time";

    /** A payload that goes with a message. */
    public static final String MESSAGE = "16 MiB";

    /** The unit of times in those of a large message of Artemis. */
    public static final String ARTEMIS_TIME = "Artemis's time";

    private static final List<String> DOWNLOADS = List.of(REST, REST_SIMPLE, FIRST, SECOND);

    private Receiver() {}

    /**
     * Measures.
     *
     * @param arguments {@code full}, {@code quick} or {@code smoke}; where to write the results; a directory in shared memory
     * @throws Exception if something fails
     */
    public static void main(String[] arguments) throws Exception {
        Plan plan = Plan.of(arguments[0]);
        try (ScratchDirectory directory = new ScratchDirectory(Path.of(arguments[2]))) {
            Path nearby = Files.createDirectory(directory.path().resolve("near"));
            Path elsewhere = Files.createDirectory(directory.path().resolve("far"));
            Path data = Files.createDirectory(directory.path().resolve("brokers"));
            try (Child brokers = Child.start(Brokers.class, data, arguments[0], data.toString());
                    Child sender = Child.start(SendingHost.class, nearby, arguments[0], nearby.toString(),
                            brokers.address())) {
                Brokers.Addresses addresses = Brokers.Addresses.parse(brokers.address());
                try (Host near = Host.start(ReceivingHosts.Near.class, nearby, addresses, sender.address(), plan);
                        Host far = Host.start(ReceivingHosts.Far.class, elsewhere, addresses, sender.address(), plan);
                        Host second = Host.start(ReceivingHosts.Second.class, elsewhere, addresses, sender.address(),
                                plan)) {
                    Downloads downloads = new Downloads(sender.address(), far, second, elsewhere,
                            plan.downloadBytes());
                    Messages messages = new Messages(sender.address(), near, far, plan.kafka());
                    Results.write(measure(plan, downloads, messages).measurements(), Path.of(arguments[1]));
                }
            }
        }
    }

    /** {@return the ways of all tables, in their order} */
    public static List<String> ways() {
        return Stream.concat(DOWNLOADS.stream(), Arrays.stream(Way.values()).map(Way::label)).toList();
    }

    private static Rounds measure(Plan plan, Downloads downloads, Messages messages)
            throws Exception {
        Rounds rounds = new Rounds(PART, plan.discarding());
        rounds.run(plan.warmUps(), plan.rounds(), List.of(downloads::run, messages::run));
        Figures figures = rounds.figures();
        for (String way : DOWNLOADS) {
            figures.compare(DOWNLOAD, way, REST, TIME, RESTS_TIME);
        }
        figures.compare(DOWNLOAD, SECOND, FIRST, TIME, FIRSTS_TIME);
        for (Way way : Way.values()) {
            figures.compare(MESSAGE, way.label(), Way.ARTEMIS.label(), TIME, ARTEMIS_TIME);
        }
        return rounds;
    }
}
