package io.resourcelink.campaign;

import java.util.List;
import java.util.Locale;

/**
 * What became of the changes of a part.
 *
 * @param failed how many made a test fail
 * @param endless how many kept a test from its end: it took too long, or all memory
 * @param survived how many no test has noticed that ran the code
 * @param unreached how many are in code that no test ran
 */
record MutationCounts(int failed, int endless, int survived, int unreached) {

    private static final int STATUS = 5;

    /** Reads a report: class, mutator, method, line and others in each line, the result in the sixth field. */
    static MutationCounts parse(List<String> report) {
        int failed = 0;
        int endless = 0;
        int survived = 0;
        int unreached = 0;
        for (String line : report) {
            String[] fields = line.split(",", -1);
            if (fields.length <= STATUS) {
                throw new IllegalArgumentException("No line of a report: " + line);
            }
            switch (fields[STATUS]) {
                case "KILLED" -> failed++;
                case "TIMED_OUT", "MEMORY_ERROR", "RUN_ERROR" -> endless++;
                case "SURVIVED" -> survived++;
                case "NO_COVERAGE" -> unreached++;
                case "NON_VIABLE" -> {
                    // The JVM does not load it.
                }
                default -> throw new IllegalArgumentException("Not a result: " + line);
            }
        }
        return new MutationCounts(failed, endless, survived, unreached);
    }

    private int noticed() {
        return failed + endless;
    }

    private int all() {
        return noticed() + survived + unreached;
    }

    /** {@return how many of a hundred were noticed} 100 if there was none. */
    double score() {
        return all() == 0 ? 100 : 100.0 * noticed() / all();
    }

    /** {@return a row of a table of Markdown} */
    String row(String part) {
        return String.format(Locale.ROOT, "| `%s` | %,d | %,d | %,d | %,d | %,d | %.1f %% |", part, all(), failed,
                endless, survived, unreached, score());
    }
}
