package io.resourcelink.benchmark;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.resourcelink.benchmark.channel.Caller;
import io.resourcelink.benchmark.channel.Idle;
import io.resourcelink.benchmark.claim.Receiver;
import io.resourcelink.benchmark.handoff.Producer;
import io.resourcelink.benchmark.handoff.SizeComparison;
import io.resourcelink.benchmark.messaging.Requester;

import static org.assertj.core.api.Assertions.assertThat;

class TablesTest {

    private static final Results RESULTS = new Results(Map.of("processors", "2"), List.of(
            measured("handoff", "67108864", "copy", "us", 7000),
            measured("handoff", "67108864", "fresh", "us", 42_000),
            measured("handoff", "67108864", "fresh", "copies", 6),
            measured("handoff", "67108864", "fresh-mapping", "copies", 12.1),
            measured("handoff", "67108864", "file", "copies", 15.25),
            measured(Operations.PART, Operations.CREATE.label(), Operations.JAVA, "us", 13),
            measured(Operations.PART, Operations.CREATE.label(), Operations.C, "us", 10),
            measured(Operations.PART, Operations.CREATE.label(), Operations.JAVA, "c", 1.3)));

    private static Measurement measured(String part, String subject, String way, String unit, double value) {
        return Measurement.of(part, subject, way, unit, Collections.nCopies(Rounds.ENOUGH, value));
    }

    private static final Map<String, String> TABLES = new Tables(RESULTS).markdown();

    @Test
    void waysComeInTheOrderOfTheCatalogueWithoutTheCopy() {
        assertThat(TABLES).extractingByKey("handoff").asString().isEqualTo("""
                | way | 64 MiB |
                |---|---:|
                | file in /dev/shm, `Files.write` + `readAllBytes` | 15.3 |
                | fresh segment, filled through the mapping | 12.1 |
                | %s | 6.00 |
                """.formatted(Producer.label("fresh")));
    }

    @Test
    void randomSizesStandBesideTheSocketAndC() {
        Results results = new Results(Map.of(), List.of(
                measured(SizeComparison.PART, SizeComparison.DRAWN, "unix", SizeComparison.MICROS, 500),
                measured(SizeComparison.PART, SizeComparison.DRAWN, "recycled", SizeComparison.MICROS, 300),
                measured(SizeComparison.PART, SizeComparison.DRAWN, "recycled", SizeComparison.OVER_SOCKET, 0.6),
                measured(SizeComparison.PART, SizeComparison.DRAWN, "recycled", SizeComparison.OVER_C, 1.2),
                measured(SizeComparison.PART, SizeComparison.DRAWN, "floor", SizeComparison.MICROS, 250)));

        assertThat(new Tables(results).markdown()).extractingByKey("sizes").asString()
                .contains("| %s | – | 300 | – | – | 0.60 | 0.60 to 0.60 | 1.20 | 1.20 to 1.20 |"
                        .formatted(Producer.label("recycled")))
                .contains("| recycled, the same system calls in C | – | 250 | – | – | – | – | – | – |");
    }

    @Test
    void aRatioIsReachedOrNot() {
        assertThat(TABLES).extractingByKey("targets").asString()
                .contains("| fresh, 64 MiB / plain copy | ≤ 6.50 | 6.00 | 6.00 to 6.00 | 15 | yes |")
                .contains(
                        "| create and close / the same system calls in C | ≤ 1.20 | 1.30 | 1.30 to 1.30 | 15 | **no** |")
                .doesNotContain("sweep");
    }

    @Test
    void aRatioIsReachedOnlyIfEnoughRoundsSaySo() {
        Target target = Target.ALL.getFirst();
        List<Double> rounds = Collections.nCopies(Rounds.ENOUGH, target.limit());
        List<Double> unsteady = Stream.concat(rounds.stream().skip(6), rounds.stream().limit(6).map(it -> 2 * it))
                .toList();

        assertThat(verdict(target, rounds)).isEqualTo("yes");
        assertThat(verdict(target, rounds.subList(0, 5))).startsWith("not said");
        assertThat(verdict(target, unsteady)).isEqualTo("**no**, a quartile is beyond");
        assertThat(verdict(target, List.of(2 * target.limit()))).isEqualTo("**no**");
    }

    @Test
    void aRatioMayHaveToBeReachedFromBelowOrNotToBeToldFromItsLimit() {
        List<Double> around = Stream.concat(Collections.nCopies(9, 1.1).stream(), Collections.nCopies(9, 0.9).stream())
                .toList();

        assertThat(verdict(bound(Target.Bound.AT_LEAST), around)).isEqualTo("**no**, a quartile is beyond");
        assertThat(verdict(bound(Target.Bound.AT_LEAST), Collections.nCopies(15, 1.0))).isEqualTo("yes");
        assertThat(verdict(bound(Target.Bound.AT_LEAST), Collections.nCopies(15, 0.9))).isEqualTo("**no**");
        assertThat(verdict(bound(Target.Bound.NOT_ABOVE), around)).isEqualTo("yes");
        assertThat(verdict(bound(Target.Bound.NOT_ABOVE), Collections.nCopies(15, 1.1))).isEqualTo("**no**");
        assertThat(bound(Target.Bound.AT_LEAST).wanted()).isEqualTo("≥ 1.00");
    }

    private static Target bound(Target.Bound bound) {
        return new Target("something", _ -> Optional.empty(), bound, 1);
    }

    private static String verdict(Target target, List<Double> rounds) {
        return target.verdict(Measurement.of("part", "subject", "way", "unit", rounds));
    }

    @Test
    void withoutACompilerTheFloorsColumnSaysSo() {
        Results without = new Results(Map.of(),
                RESULTS.measurements().stream().filter(measurement -> !measurement.way().equals(Operations.C)
                        && !measurement.unit().equals("c")).toList());

        assertThat(new Tables(without).markdown()).extractingByKey("operations").asString()
                .contains("| create and close, 4 KiB | 13.0 | no compiler | – |");
    }

    @Test
    void requestsStandBesideTheWaysModeAndQuartiles() {
        String way = Requester.template(false);
        Results requests = new Results(Map.of(), List.of(
                Measurement.of(Requester.PART, Requester.RECORD, way, "us", List.of(50.0, 40.0, 90.0, 60.0)),
                measured(Requester.PART, Requester.RECORD, way, Requester.ABOVE_CHANNEL, 33),
                measured(Requester.PART, Requester.RECORD, way, Requester.SYSTEM_CALLS, 36)));

        assertThat(new Tables(requests).markdown()).containsOnlyKeys("messaging", "targets")
                .extractingByKey("messaging").asString()
                .contains("@IpcListener` | asleep | 55.0 | 50.0 to 60.0 | – | – | 33.0 | – | 36.0 |");
    }

    @Test
    void messagesComeInTheOrderOfTheCatalogueBesideTheSocketInTheSameMode() {
        String channel = Caller.channel(Mode.ASLEEP);
        String bytes = Caller.smallBytes();
        Results messages = new Results(Map.of(), List.of(
                measured(Caller.PART, bytes, "Unix socket, asleep", "us", 10),
                measured(Caller.PART, bytes, channel, "us", 20),
                measured(Caller.PART, bytes, channel, Caller.SOCKETS_TIME, 2),
                measured(Caller.PART, bytes, channel, Caller.WAKE_UPS, 2.5),
                measured(Caller.PART, Caller.workloads().getFirst(), channel, "us", 30)));

        Map<String, String> tables = new Tables(messages).markdown();

        assertThat(tables).containsOnlyKeys("channels", "channels-targets");
        assertThat(tables.get("channels")).containsSubsequence(
                "| 64 B record | channel | asleep | 30.0 | 30.0 to 30.0 | – | – | – | – | – | – |\n",
                "| 64 B bytes | channel | asleep | 20.0 | 20.0 to 20.0 | – | 2.00 | 2.00 to 2.00 | – | 2.50 | – |\n",
                "| 64 B bytes | Unix socket | asleep | 10.0 |");
    }

    @Test
    void theFloorAndTheOlderVersionHaveTablesOfTheirOwn() {
        String channel = Caller.recycled(Mode.ASLEEP);
        String inC = Caller.recycledFloor(Mode.ASLEEP);
        String batching = Caller.batching(Mode.SPINNING);
        String filled = Caller.filled(1 << 20);
        Results messages = new Results(Map.of(), List.of(
                measured(Caller.PART, filled, channel, "us", 150),
                measured(Caller.PART, filled, inC, "us", 75),
                measured(Caller.PART, filled, channel, Caller.FLOORS_TIME, 2),
                measured(Caller.PART, filled, inC, Caller.SOCKETS_TIME, 0.5),
                measured(Caller.PART, Caller.smallRecord(), batching, Caller.RATE, 500_000),
                measured(Caller.PART, Caller.smallRecord(), Caller.older(Mode.SPINNING), Caller.RATE, 100_000),
                measured(Caller.PART, Caller.smallRecord(), batching, Caller.OLDERS_RATE, 5)));

        Map<String, String> tables = new Tables(messages).markdown();

        assertThat(tables.get("channels-floor")).endsWith("| 1 MiB filled and read | channel, recycled region | asleep"
                + " | µs, there and back | 150 | 75.0 | 2.00 | 2.00 to 2.00 | 0.50 | 0.50 to 0.50 |\n");
        assertThat(tables.get("channels-older"))
                .endsWith("| 64 B record | channel, batching | spinning | messages/s, one way"
                        + " | 500,000 | 500,000 to 500,000 | 100,000 | 100,000 to 100,000 | 5.00 | 5.00 to 5.00 |\n");
        assertThat(tables.get("channels-targets"))
                .contains("an older version's, spinning | ≥ 5.00 | 5.00 | 5.00 to 5.00 | 15 | yes |");
        assertThat(tables.get("channels")).contains("recycled region | asleep").doesNotContain("in C");
    }

    @Test
    void theLineOfCostsIsThereAfterARunOfChannelsSilentProcessesAndMemory() {
        String way = Caller.channel(Mode.ASLEEP);
        List<Measurement> measurements = new ArrayList<>(List.of(
                measured(Caller.PART, Caller.smallBytes(), way, Caller.SYSTEM_CALLS, 6.3),
                measured(Caller.PART, Caller.smallBytes(), way, Caller.BYTES, 2366),
                measured(Idle.PART, Idle.SUBJECT, way, Idle.ABOVE_NOTHING, 1),
                measured(MemoryCosts.PART, MemoryCosts.LINK, MemoryCosts.WAY, MemoryCosts.HEAP, 592),
                measured(MemoryCosts.PART, MemoryCosts.SUBCHANNEL, MemoryCosts.WAY, MemoryCosts.HEAP, 1703)));

        assertThat(new Summary(new Results(Map.of(), List.copyOf(measurements))).lines()).isEmpty();
        measurements.add(measured(MemoryCosts.PART, MemoryCosts.CONNECTION, MemoryCosts.WAY, MemoryCosts.HEAP, 2981));

        assertThat(new Summary(new Results(Map.of(), measurements)).lines()).containsOnlyKeys(Summary.COSTS)
                .extractingByKey(Summary.COSTS).asString()
                .contains("6.30 system calls", "2,366 bytes", "1.00 times", "592 bytes of heap", "1,703", "2,981");

        measurements.removeFirst();

        assertThat(new Summary(new Results(Map.of(), measurements)).lines()).extractingByKey(Summary.COSTS).asString()
                .contains("asleep, allocate 2,366 bytes").doesNotContain("system calls");
    }

    @Test
    void aLineOfTheSummaryIsThereIfAllOfItsFiguresAre() {
        List<Measurement> measurements = new ArrayList<>();
        for (String way : List.of("recycled", "unix", "aeron")) {
            measurements.add(measured("handoff", "67108864", way, "copies", 2));
        }
        Results without = new Results(Map.of(), List.copyOf(measurements));
        measurements.add(measured("handoff", "67108864", "file", "copies", 15.2));

        assertThat(new Summary(without).lines()).isEmpty();
        assertThat(new Summary(new Results(Map.of(), measurements)).lines()).containsOnlyKeys(Summary.PAYLOADS)
                .extractingByKey(Summary.PAYLOADS).asString().contains("a file in shared memory 15.2.");
    }

    @Test
    void claimsStandBesideWhatTheyAreComparedWithInTheOrderOfTheCatalogue() {
        Results claims = new Results(Map.of(), List.of(
                measured(Receiver.PART, Receiver.DOWNLOAD, Receiver.FIRST, Receiver.TIME, 130),
                measured(Receiver.PART, Receiver.DOWNLOAD, Receiver.REST, Receiver.TIME, 100),
                measured(Receiver.PART, Receiver.DOWNLOAD, Receiver.FIRST, Receiver.RESTS_TIME, 1.3),
                measured(Receiver.PART, Receiver.DOWNLOAD, Receiver.SECOND, Receiver.FIRSTS_TIME, 0.06)));

        Map<String, String> tables = new Tables(claims).markdown();

        assertThat(tables).containsOnlyKeys("claims-targets", "claims-far");
        assertThat(tables.get("claims-far")).contains(
                "| %s | 100 | 100 to 100 | – | – |\n| %s | 130 | 130 to 130 | 1.30 | – |\n".formatted(Receiver.REST,
                        Receiver.FIRST));
        assertThat(tables.get("claims-targets")).contains("`RestClient` | ≤ 1.50 | 1.30 | 1.30 to 1.30 | 15 | yes |",
                "| ≤ 0.05 | 0.06 | 0.06 to 0.06 | 15 | **no** |");
    }

    @Test
    void partsThatWereNotMeasuredHaveNoTable() {
        assertThat(TABLES).containsOnlyKeys("environment", "operations", "handoff", "handoff-time", "targets");
    }

    @Test
    void resultsAreReadAsTheyWereWritten(@TempDir Path directory) {
        Path file = directory.resolve("results.json");

        RESULTS.write(file);

        assertThat(Results.read(file)).isEqualTo(RESULTS);
    }

    @Test
    void theChartHasABarForEachWay() {
        assertThat(new HandOffChart(RESULTS).svg()).startsWith("<svg ").endsWith("</svg>\n")
                .contains(">file in /dev/shm, Files.write + readAllBytes<", ">15.3<", ">6.00<", ">64 MiB<",
                        "class=\"ours\"", "class=\"other\"");
    }

    @Test
    void theMedianOfAnEvenNumberIsTheMeanOfTheMiddleTwo() {
        assertThat(Measurement.median(List.of(4.0, 1.0, 3.0, 10.0))).isEqualTo(3.5);
        assertThat(Measurement.median(List.of(4.0, 1.0, 3.0))).isEqualTo(3.0);
    }
}
