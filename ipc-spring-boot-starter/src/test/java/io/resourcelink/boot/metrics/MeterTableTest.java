package io.resourcelink.boot.metrics;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.resourcelink.boot.TestDirectories;

import static org.assertj.core.api.Assertions.assertThat;

/** The table of meters in the documentation has every meter, and the tags of each. */
class MeterTableTest {

    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void everyMeterIsInTheTableWithItsTags() throws IOException {
        AllMeters all = new AllMeters(registry, directories);
        all.measure(() -> {});
        all.renewAndSettle();

        assertThat(documented()).isEqualTo(measured());
    }

    private Map<String, Set<String>> measured() {
        Map<String, Set<String>> meters = new TreeMap<>();
        registry.getMeters().forEach(meter -> meters.computeIfAbsent(meter.getId().getName(), _ -> new TreeSet<>())
                .addAll(meter.getId().getTags().stream().map(Tag::getKey).toList()));
        return meters;
    }

    private static Map<String, Set<String>> documented() throws IOException {
        Map<String, Set<String>> meters = new TreeMap<>();
        table().forEach(row -> {
            String[] cells = row.split("\\|", -1);
            List<String> names = codes(cells[1]).toList();
            String siblings = names.getFirst().substring(0, names.getFirst().lastIndexOf('.'));
            names.forEach(name -> meters.put(name.startsWith(".") ? siblings + name : name,
                    new TreeSet<>(codes(cells[3]).toList())));
        });
        return meters;
    }

    private static List<String> table() throws IOException {
        return Files.readAllLines(Path.of("../docs/operations.md")).stream()
                .dropWhile(line -> !line.equals("| meter | type | tags |")).skip(2)
                .takeWhile(line -> line.startsWith("|")).toList();
    }

    private static Stream<String> codes(String cell) {
        return CODE.matcher(cell).results().map((MatchResult code) -> code.group(1));
    }
}
