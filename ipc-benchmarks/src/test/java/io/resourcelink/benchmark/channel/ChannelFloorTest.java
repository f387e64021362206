package io.resourcelink.benchmark.channel;

import java.util.List;
import java.util.Optional;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.resourcelink.benchmark.Figures;
import io.resourcelink.benchmark.Measurement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/** The program in C, if there is a compiler. */
class ChannelFloorTest {

    private static List<Measurement> measured(Workload workload) throws Exception {
        Optional<ChannelFloor> started = ChannelFloor.start();
        assumeThat(started).as("a C compiler is installed").isPresent();
        Figures figures = new Figures();
        try (ChannelFloor floor = started.orElseThrow()) {
            floor.measure(workload, new Peer.Counts(0, 20, 20), figures);
        }
        return figures.measurements(Caller.PART);
    }

    @ParameterizedTest
    @EnumSource(value = Workload.class, names = { "BYTES", "FILLED_64_KIB", "FILLED_1_MIB" })
    void messagesGoThereAndBackAndOneWayInBothModes(Workload workload) throws Exception {
        List<String> ways = ChannelFloor.names().stream()
                .filter(way -> workload.isFilled() || !way.contains("recycled")).toList();

        List<Measurement> measured = measured(workload);

        assertThat(measured).hasSize(2 * ways.size()).extracting(Measurement::way).hasSameElementsAs(ways);
        assertThat(measured).extracting(Measurement::unit).containsOnly("us", Caller.RATE);
        assertThat(measured).allSatisfy(figure -> assertThat(figure.value()).isPositive());
    }

    @ParameterizedTest
    @EnumSource(value = Workload.class, names = { "RECORD", "RECORD_VIRTUAL", "RESENT_1_MIB", "RESENT_64_MIB" })
    void recordsAndWhatIsSentAgainHaveNoFloor(Workload workload) {
        assertThat(ChannelFloor.carries(workload)).isFalse();
    }
}
