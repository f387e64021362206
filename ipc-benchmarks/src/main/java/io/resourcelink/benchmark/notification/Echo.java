package io.resourcelink.benchmark.notification;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The process that sends back what it gets. Its standard input says through what, how often, and where to meet. */
final class Echo {

    private Echo() {}

    public static void main(String[] arguments) throws Exception {
        try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String order = in.readLine(); order != null; order = in.readLine()) {
                String[] words = order.split(" ", 3);
                try (Signal signal = Medium.valueOf(words[0]).answer(Path.of(words[2]))) {
                    for (int number = Integer.parseInt(words[1]); number > 0; number--) {
                        signal.send(signal.receive());
                    }
                }
                System.out.println("done");
            }
        }
    }

    /** The line of a session. */
    static String order(Medium medium, int count, Path directory) {
        return medium + " " + count + " " + directory + "\n";
    }
}
