package io.resourcelink.benchmark;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

import io.resourcelink.benchmark.channel.Caller;
import io.resourcelink.benchmark.channel.Idle;

/** What a reader came for, in three lines. A line is there if all of its figures are. */
final class Summary {

    /** The line about small messages. */
    static final String MESSAGES = "summary-messages";

    /** The line about large payloads. */
    static final String PAYLOADS = "summary-payloads";

    /** The line about what it takes to have all that. */
    static final String COSTS = "summary-costs";

    private static final String SPINNING = Caller.channel(Mode.SPINNING);
    private static final String ASLEEP = Caller.channel(Mode.ASLEEP);
    private static final String BYTES_64 = Caller.smallBytes();
    private static final String LARGE = String.valueOf(64 << 20);

    private final Results results;

    Summary(Results results) {
        this.results = results;
    }

    /** {@return the lines, by the names of their places} */
    Map<String, String> lines() {
        Map<String, String> lines = new LinkedHashMap<>();
        messages().ifPresent(line -> lines.put(MESSAGES, line));
        payloads().ifPresent(line -> lines.put(PAYLOADS, line));
        costs().ifPresent(line -> lines.put(COSTS, line));
        return lines;
    }

    private Optional<String> messages() {
        return line(
                """
                        **Small messages**: 64 bytes there and back take %s µs asleep and %s µs spinning, %s and %s times what a \
                        Unix socket takes in the same mode. One way, %s of them go in a second, asleep, %s times as many as on \
                        the socket.
                        """,
                small(ASLEEP, "us"), small(SPINNING, "us"), small(ASLEEP, Caller.SOCKETS_TIME),
                small(SPINNING, Caller.SOCKETS_TIME), small(ASLEEP, Caller.RATE), small(ASLEEP, Caller.SOCKETS_RATE));
    }

    private Optional<String> payloads() {
        return line(
                """
                        **Payloads**: 64 MiB are filled, handed to another process and read in the time of %s plain copies of the \
                        same bytes. A Unix socket takes %s, Aeron IPC %s, a file in shared memory %s.
                        """,
                copies("recycled"), copies("unix"), copies("aeron"), copies("file"));
    }

    /** System calls are counted only where the kernel lets them be counted. */
    private Optional<String> costs() {
        OptionalDouble calls = small(ASLEEP, Caller.SYSTEM_CALLS);
        String made = calls.isEmpty() ? "" : "make " + Table.number(calls) + " system calls and ";
        return line("**What it takes**: 64 bytes there and back, asleep, " + made + """
                allocate %s bytes, both processes together. Connected and silent, they wake up %s times a second more \
                often than with nothing open. An open link keeps %s bytes of heap, a subchannel %s, a connection %s on \
                both sides together.
                """, small(ASLEEP, Caller.BYTES),
                results.value(Idle.PART, Idle.SUBJECT, ASLEEP, Idle.ABOVE_NOTHING), heap(MemoryCosts.LINK),
                heap(MemoryCosts.SUBCHANNEL), heap(MemoryCosts.CONNECTION));
    }

    private static Optional<String> line(String text, OptionalDouble... figures) {
        List<Object> numbers = new ArrayList<>();
        for (OptionalDouble figure : figures) {
            if (figure.isEmpty()) {
                return Optional.empty();
            }
            numbers.add(Table.number(figure));
        }
        return Optional.of(String.format(Locale.ROOT, text, numbers.toArray()));
    }

    private OptionalDouble small(String way, String unit) {
        return results.value(Caller.PART, BYTES_64, way, unit);
    }

    private OptionalDouble copies(String way) {
        return results.value("handoff", LARGE, way, "copies");
    }

    private OptionalDouble heap(String subject) {
        return results.value(MemoryCosts.PART, subject, MemoryCosts.WAY, MemoryCosts.HEAP);
    }
}
