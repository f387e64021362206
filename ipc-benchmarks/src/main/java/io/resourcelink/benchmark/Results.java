package io.resourcelink.benchmark;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a run of the suite brought.
 *
 * @param environment what it ran on, by name
 * @param measurements what was measured
 */
public record Results(Map<String, String> environment, List<Measurement> measurements) {

    private static final JsonMapper JSON = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT)
            // Results of earlier versions do not say how many rounds there were.
            .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES).build();

    static Results read(Path file) {
        return JSON.readValue(file, Results.class);
    }

    void write(Path file) {
        JSON.writeValue(file, this);
    }

    /**
     * Writes measurements for the process that puts them together.
     *
     * @param measurements what was measured
     * @param file where to
     */
    public static void write(List<Measurement> measurements, Path file) {
        JSON.writeValue(file, measurements);
    }

    static List<Measurement> readMeasurements(Path file) {
        return JSON.readValue(file, new TypeReference<List<Measurement>>() {
        });
    }

    /** {@return what was measured of a part, in the order in which it was} */
    List<Measurement> of(String part) {
        return measurements.stream().filter(measurement -> measurement.part().equals(part)).toList();
    }

    /** {@return one measurement, if there is one} */
    Optional<Measurement> find(String part, String subject, String way, String unit) {
        return measurements.stream()
                .filter(measurement -> measurement.part().equals(part) && measurement.subject().equals(subject)
                        && measurement.way().equals(way) && measurement.unit().equals(unit))
                .findFirst();
    }

    /** {@return one value, if it was measured} */
    OptionalDouble value(String part, String subject, String way, String unit) {
        return find(part, subject, way, unit).stream().mapToDouble(Measurement::value).findFirst();
    }
}
