package io.resourcelink.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Messages on channels beside a plain socket: runs the comparison that the channels' tests have. */
final class Channels implements Part {

    static final String PART = "channels";

    private static final String MAIN = "io.resourcelink.benchmark.channel.ChannelComparison";
    private static final int HEAP_MEBIBYTES = 512;

    @Override
    public String part() {
        return PART;
    }

    @Override
    public List<Measurement> measure(Run run) throws IOException, InterruptedException {
        Path out = Files.createTempFile("benchmark-", ".json");
        try {
            List<String> arguments = run.quick()
                    ? List.of("--rounds", "1", "--only", "64 B bytes", "--json", out.toString())
                    : List.of("--rounds", "5", "--json", out.toString());
            Run.start(List.of(), HEAP_MEBIBYTES, MAIN, arguments);
            List<Measurement> measurements = new ArrayList<>();
            for (JsonNode row : JsonMapper.builder().build().readTree(out).path("rows")) {
                String workload = row.path("workload").asString();
                add(measurements, workload, "channel", row.path("channel"));
                add(measurements, workload, "socket", row.path("socket"));
                add(measurements, workload, "channel", "socket's time", row.path("medianRatio"));
                add(measurements, workload, "channel", "socket's rate", row.path("rateRatio"));
            }
            return measurements;
        } finally {
            Files.delete(out);
        }
    }

    private static void add(List<Measurement> measurements, String workload, String way, JsonNode run) {
        add(measurements, workload, way, "us", run.path("median"));
        add(measurements, workload, way, "us, 99 %", run.path("slow"));
        add(measurements, workload, way, "messages/s", run.path("rate"));
    }

    private static void add(List<Measurement> measurements, String workload, String way, String unit, JsonNode value) {
        measurements.add(Measurement.of(PART, workload, way, unit, List.of(value.asDouble())));
    }
}
