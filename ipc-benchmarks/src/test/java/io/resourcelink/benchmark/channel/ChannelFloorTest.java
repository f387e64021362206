package io.resourcelink.benchmark.channel;

import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;

import io.resourcelink.benchmark.Figures;
import io.resourcelink.benchmark.Measurement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/** The program in C, if there is a compiler. */
class ChannelFloorTest {

    @Test
    void messagesGoThereAndBackAndOneWayInBothModes() throws Exception {
        Optional<ChannelFloor> started = ChannelFloor.start();
        assumeThat(started).as("a C compiler is installed").isPresent();
        Figures figures = new Figures();
        try (ChannelFloor floor = started.orElseThrow()) {
            floor.measure(Workload.BYTES, 20, figures);
        }
        List<Measurement> measured = figures.measurements(Caller.PART);
        assertThat(measured).extracting(Measurement::way).hasSize(4).hasSameElementsAs(ChannelFloor.names());
        assertThat(measured).extracting(Measurement::unit).containsOnly("us", Caller.RATE);
        assertThat(measured).allSatisfy(figure -> assertThat(figure.value()).isPositive());
    }
}
