package io.resourcelink.benchmark;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

/** The program in C, if there is a compiler. */
class FloorTest {

    private static final List<String> OPERATIONS = List.of("create", "acquire", "acquire-last", "open", "retain",
            "release", "sweep", "list");

    private static Floor floor() throws IOException, InterruptedException {
        Optional<Floor> floor = Floor.start();
        assumeThat(floor).as("a C compiler is installed").isPresent();
        return floor.orElseThrow();
    }

    @Test
    void everyOperationIsDoneAndTimed() throws Exception {
        try (Floor floor = floor()) {
            for (String operation : OPERATIONS) {
                assertThat(floor.micros(operation, 20)).as(operation).isPositive();
            }
        }
    }

    @Test
    void anUnknownOperationEndsIt() throws Exception {
        try (Floor floor = floor()) {
            assertThatExceptionOfType(IOException.class).isThrownBy(() -> floor.micros("dance", 1))
                    .withMessageContaining("dance");
        }
    }
}
