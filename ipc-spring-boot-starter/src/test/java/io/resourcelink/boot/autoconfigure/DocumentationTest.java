package io.resourcelink.boot.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

import com.jayway.jsonpath.JsonPath;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** The documentation of the starter has every property. */
class DocumentationTest {

    @Test
    void everyPropertyIsInTheTable() throws IOException {
        String documentation = Files.readString(Path.of("../docs/starter.md"));
        try (InputStream metadata = Objects.requireNonNull(
                IpcProperties.class.getResourceAsStream("/META-INF/spring-configuration-metadata.json"))) {
            List<String> names = JsonPath.read(metadata, "$.properties[?(@.name =~ /ipc\\..*/)].name");
            assertThat(names).hasSizeGreaterThan(10).allSatisfy(name -> assertThat(documentation)
                    .containsPattern("\\| `" + name.replace(".", "\\.") + "(\\[<keys>\\])?` \\|"));
        }
    }
}
