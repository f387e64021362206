package io.resourcelink.channel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What one sender has written down: a line before each call, and one when it is over. A sender that was killed has numbers without an
 * outcome.
 *
 * @param outcomes what became of each number that was about to be sent
 * @param reported how many messages the sender was told of that were not handled, beside requests
 * @param ended whether the sender came to its end, so that it was not killed
 */
record SendingHistory(Map<Integer, SendOutcome> outcomes, long reported, boolean ended) {

    static final String SENT = "SENT";
    static final String REPORTED = "REPORTED";
    static final String ENDED = "ENDED";

    static SendingHistory read(Path file) throws IOException {
        return of(Files.readAllLines(file));
    }

    static SendingHistory of(List<String> lines) {
        Map<Integer, SendOutcome> outcomes = new HashMap<>();
        long reported = 0;
        boolean ended = false;
        for (String line : new ArrayList<>(lines)) {
            int space = line.indexOf(' ');
            String word = space < 0 ? line : line.substring(0, space);
            String number = line.substring(space + 1);
            switch (word) {
                case ENDED -> ended = true;
                case REPORTED -> reported += Long.parseLong(number);
                case SENT -> outcomes.put(Integer.valueOf(number), SendOutcome.UNKNOWN);
                default -> outcomes.put(Integer.valueOf(number), SendOutcome.valueOf(word));
            }
        }
        return new SendingHistory(outcomes, reported, ended);
    }
}
