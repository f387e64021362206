package io.resourcelink.channel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.resourcelink.PeerProcess;
import io.resourcelink.campaign.Outcome;
import io.resourcelink.campaign.Part;
import io.resourcelink.campaign.Scratch;

/**
 * Consumers that compete, and senders, each in a process of its own. One after the other is killed, stopped for longer than messages may
 * wait, or ended, and started anew. All of them write down what they do. {@link HistoryCheck} compares it when all have ended.
 */
public final class HistoryPart implements Part {

    private static final int CONSUMERS = 3;
    private static final int SENDERS = 2;
    private static final int NUMBERS = 10_000_000;
    private static final String RECORD = "record-";

    private final int disturbances;

    /**
     * Makes the part.
     *
     * @param disturbances how many processes a seed kills, stops or ends
     */
    public HistoryPart(int disturbances) {
        this.disturbances = disturbances;
    }

    @Override
    public String name() {
        return "history";
    }

    @Override
    public Outcome run(long seed) throws Exception {
        Outcome outcome = new Outcome();
        try (Scratch scratch = Scratch.make()) {
            new Crowd(scratch, new SplittableRandom(seed), outcome).live(disturbances);
            List<SendingHistory> records = new ArrayList<>();
            try (Stream<Path> files = Files.list(scratch.directory("history"))) {
                for (Path file : files.filter(each -> each.getFileName().toString().startsWith(RECORD)).toList()) {
                    records.add(SendingHistory.read(file));
                }
            }
            HistoryCheck.check(records, ServingHistory.take(scratch.directory("history")),
                    outcome.counts().containsKey("consumers killed"), outcome);
            // A channel that is opened removes what the dead have left.
            Channel.builder().directory(scratch.directory("channels")).open().close();
            scratch.expectNothing("channels", outcome);
            scratch.expectNothing("segments", outcome);
        }
        return outcome;
    }

    /** The processes of one seed. */
    private static final class Crowd {

        private final Scratch scratch;
        private final SplittableRandom random;
        private final Outcome outcome;
        private final List<PeerProcess> consumers = new ArrayList<>();
        private final List<PeerProcess> senders = new ArrayList<>();
        private int started;

        Crowd(Scratch scratch, SplittableRandom random, Outcome outcome) {
            this.scratch = scratch;
            this.random = random;
            this.outcome = outcome;
        }

        void live(int disturbances) throws Exception {
            try {
                scratch.directory("segments");
                for (int i = 0; i < CONSUMERS; i++) {
                    consumers.add(consumer());
                }
                for (int i = 0; i < SENDERS; i++) {
                    senders.add(sender());
                }
                for (int i = 0; i < disturbances; i++) {
                    TimeUnit.MILLISECONDS.sleep(50 + random.nextInt(600));
                    disturb();
                }
                for (PeerProcess sender : senders) {
                    end(sender);
                }
                for (PeerProcess consumer : consumers) {
                    end(consumer);
                }
            } finally {
                for (PeerProcess each : Stream.concat(senders.stream(), consumers.stream()).toList()) {
                    each.kill();
                }
            }
        }

        private void disturb() throws Exception {
            int victim = random.nextInt(CONSUMERS);
            switch (random.nextInt(6)) {
                case 0 -> {
                    end(consumers.get(victim));
                    consumers.set(victim, consumer());
                    outcome.count("consumers ended", 1);
                }
                case 1 -> {
                    PeerProcess stopped = consumers.get(victim);
                    stopped.suspend();
                    TimeUnit.MILLISECONDS.sleep(300 + random.nextInt(700));
                    stopped.resume();
                    outcome.count("consumers stopped", 1);
                }
                case 2 -> {
                    int sender = random.nextInt(SENDERS);
                    senders.get(sender).kill();
                    senders.set(sender, sender());
                    outcome.count("senders killed", 1);
                }
                default -> {
                    consumers.get(victim).kill();
                    consumers.set(victim, consumer());
                    outcome.count("consumers killed", 1);
                }
            }
        }

        private void end(PeerProcess process) throws Exception {
            process.endInput();
            int code = process.waitFor();
            if (code != 0) {
                outcome.violation("a process that was told to end has ended with " + code);
            }
        }

        private PeerProcess consumer() throws IOException {
            PeerProcess consumer = PeerProcess.start(ServingPeer.class, List.of(), scratch.path().toString(), "consume",
                    ServingHistory.file(scratch.directory("history"), started++).toString(), "200", "16");
            consumer.expect("ready");
            return consumer;
        }

        private PeerProcess sender() throws IOException {
            PeerProcess sender = PeerProcess.start(SendingPeer.class, List.of(),
                    scratch.directory("channels").toString(),
                    scratch.directory("history").resolve(RECORD + started).toString(),
                    Integer.toString(started++ * NUMBERS));
            sender.expect("ready");
            return sender;
        }
    }
}
