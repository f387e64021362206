package io.resourcelink.benchmark.handoff;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

import io.resourcelink.benchmark.Line;

/**
 * A process that payloads are handed to. Its standard input says, a line for each session, which way, which session, and how
 * many payloads will come.
 */
final class Consumer {

    private Consumer() {}

    /** Argument: the path of the line to the producer. */
    public static void main(String[] arguments) throws Exception {
        try (Line line = Line.connect(Path.of(arguments[0]));
                BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String order = in.readLine(); order != null; order = in.readLine()) {
                String[] words = order.split(" ", -1);
                Session session = Session.parse(words[2], Arrays.copyOfRange(words, 3, words.length));
                try (Receiver receiver = Ways.of(words[0]).receiver(session, line)) {
                    line.send(receiver.address(), 0);
                    receiver.serve(Integer.parseInt(words[1]), line);
                }
                line.send(0, 0);
            }
        }
    }

    /** The line of a session. */
    static String order(Way way, int count, Session session) {
        return way.name() + " " + count + " " + session.command() + "\n";
    }
}
