package io.resourcelink.channel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What consumers in processes of their own have written down, one file each, in lines: a number that was handled, one that was handled
 * and has failed, or how many messages the consumer has dropped by their age until then.
 *
 * @param handled how often each number was handled
 * @param failed how often each number was handled and has failed
 * @param expired how many messages all consumers together have dropped by their age
 */
record ServingHistory(Map<Integer, Integer> handled, Map<Integer, Integer> failed, long expired) {

    static final String EXPIRED = "expired ";
    static final String FAILED = "failed ";
    private static final String PREFIX = ".history";

    /** {@return a new file for the history of a consumer} */
    static Path file(Path directory, int consumer) {
        return directory.resolve(PREFIX + "-" + consumer + "-" + System.nanoTime());
    }

    /** Reads all files, and deletes them. */
    static ServingHistory take(Path directory) throws IOException {
        Map<Integer, Integer> handled = new HashMap<>();
        Map<Integer, Integer> failed = new HashMap<>();
        long expired = 0;
        List<Path> files;
        try (Stream<Path> all = Files.list(directory)) {
            files = all.filter(each -> each.getFileName().toString().startsWith(PREFIX)).toList();
        }
        for (Path file : files) {
            long own = 0;
            for (String line : Files.readAllLines(file)) {
                if (line.startsWith(EXPIRED)) {
                    own = Math.max(own, Long.parseLong(line.substring(EXPIRED.length())));
                } else if (line.startsWith(FAILED)) {
                    failed.merge(Integer.valueOf(line.substring(FAILED.length())), 1, Integer::sum);
                } else {
                    handled.merge(Integer.valueOf(line), 1, Integer::sum);
                }
            }
            expired += own;
            Files.delete(file);
        }
        return new ServingHistory(handled, failed, expired);
    }

    /** {@return whether a number was handled, failed or not} */
    boolean has(int number) {
        return handled.containsKey(number) || failed.containsKey(number);
    }
}
