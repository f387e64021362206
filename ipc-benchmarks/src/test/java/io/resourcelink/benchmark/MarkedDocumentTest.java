package io.resourcelink.benchmark;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class MarkedDocumentTest {

    private static final String DOCUMENT = """
            before
            <!-- benchmark:one -->
            old
            <!-- /benchmark -->
            between
            <!-- benchmark:two -->
            <!-- /benchmark -->
            after
            """;

    @Test
    void onlyTheMarkedPartsOfAFileChange(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("document.md"), DOCUMENT);

        MarkedDocument.update(file, Map.of("two", "new\n"));

        assertThat(file).content().isEqualTo(DOCUMENT.replace("<!-- benchmark:two -->\n",
                "<!-- benchmark:two -->\n\nnew\n\n"));
    }

    @Test
    void writingAgainReplacesWhatWasWritten() {
        String once = MarkedDocument.replaced(DOCUMENT, "one", "first");

        assertThat(MarkedDocument.replaced(once, "one", "second")).isEqualTo(once.replace("first", "second"))
                .doesNotContain("old");
    }

    @Test
    void aTableKeepsTheRowsThatAnotherRunHasBrought(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("document.md"), MarkedDocument.replaced(DOCUMENT, "one", """
                | part | rounds |
                |---|---:|
                | channels | 3 |
                | claims | 4 |
                """));

        assertThat(MarkedDocument.merged(file, "one", """
                | part | rounds |
                |---|---:|
                | idle | 15 |
                | channels | 16 |
                """)).isEqualTo("""
                | part | rounds |
                |---|---:|
                | idle | 15 |
                | channels | 16 |
                | claims | 4 |
                """);
        assertThat(MarkedDocument.merged(file, "two", "| part |\n")).isEqualTo("| part |\n\n");
    }

    @Test
    void aPartThatIsNotThereIsAnError() {
        assertThatIllegalArgumentException().isThrownBy(() -> MarkedDocument.replaced(DOCUMENT, "three", ""))
                .withMessageContaining("benchmark:three");
    }

    @Test
    void aPartWithoutAnEndIsAnError() {
        String open = DOCUMENT.replaceFirst("<!-- /benchmark -->", "");

        assertThatIllegalArgumentException().isThrownBy(() -> MarkedDocument.replaced(open, "one", ""))
                .withMessageContaining("benchmark:one");
    }

    @Test
    void theDocumentationHasAPlaceForEveryTable() throws Exception {
        String performance = Files.readString(Path.of("..", "docs", "performance.md"));

        assertThat(Tables.NAMES).allSatisfy(name -> MarkedDocument.replaced(performance, name, "table"));
    }
}
