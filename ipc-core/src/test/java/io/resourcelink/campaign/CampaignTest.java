package io.resourcelink.campaign;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/** What the campaign writes down. */
class CampaignTest {

    @TempDir
    private Path directory;

    private static Result result(String commit, long seed, long violations) {
        return new Result("2026-01-01T00:00:00Z", commit, "a machine; 2 processors", "part", seed, 10, violations,
                Map.of("things", 1_000L * seed));
    }

    @Test
    void aResultIsALineAndALineAResult() {
        Result result = result("0123abcdef", 7, 1);
        assertThat(result.line()).isEqualTo(
                "2026-01-01T00:00:00Z,0123abcdef,a machine; 2 processors,part,7,10,1,things=7000");
        assertThat(Result.parse(result.line())).isEqualTo(result);
        assertThatIllegalArgumentException().isThrownBy(() -> Result.parse("2026,x"));
    }

    @Test
    void sumsWhatWasDoneAndNamesTheCommits() throws IOException {
        Path file = directory.resolve("results.csv");
        Results results = Results.of(file);
        results.add(result("aaa", 1, 0));
        results.add(result("aaa", 2, 0));
        results.add(result("bbb", 1, 2));
        assertThat(results.table()).contains("| `part` | 3 | 4,000 things | 30 s | 2 | `aaa`, `bbb` |");
        Results again = Results.of(file);
        assertThat(again.table()).isEqualTo(results.table());
        assertThat(again.has("aaa", "part", 2)).isTrue();
        assertThat(again.has("bbb", "part", 2)).as("another commit").isFalse();
        assertThat(again.machines()).isEqualTo("- a machine; 2 processors");
        assertThat(Files.readAllLines(file)).hasSize(4).first().isEqualTo(Result.HEADER);
    }

    @Test
    void replacesAMarkedPartOfTheDocumentOnly() {
        String text = "a\n<!-- campaign:results -->\nold\n<!-- /campaign -->\nb\n<!-- campaign:machines -->"
                + "<!-- /campaign -->";
        assertThat(Campaign.replaced(text, "results", "new\n")).isEqualTo(
                "a\n<!-- campaign:results -->\n\nnew\n\n<!-- /campaign -->\nb\n<!-- campaign:machines -->"
                        + "<!-- /campaign -->");
        assertThatIllegalArgumentException().isThrownBy(() -> Campaign.replaced(text, "other", "new"));
    }

    @Test
    void readsOptions() {
        CampaignOptions options = CampaignOptions.parse("--minutes=3", "--only=lies,model", "--seed=9",
                "--soak=3600", "--documentation=");
        assertThat(options.minutes()).isEqualTo(3);
        assertThat(options.seed()).isEqualTo(9);
        assertThat(options.soak()).isEqualTo(3600);
        assertThat(options.includes("lies-frames")).isTrue();
        assertThat(options.includes("kills")).isFalse();
        assertThat(options.documentation()).isEqualTo(Path.of("docs"));
        assertThatIllegalArgumentException().isThrownBy(() -> CampaignOptions.parse("--hours=3"));
    }

    @Test
    void everyPartIsDescribed() throws IOException {
        String documentation = Files.readString(Path.of("../docs/reliability.md"));
        assertThat(Parts.all(300)).extracting(Part::name).doesNotHaveDuplicates()
                .allSatisfy(name -> assertThat(documentation).contains("`" + name + "`"));
    }

    @Test
    void aSeedRepeatsItsLies() {
        byte[] first = new byte[100];
        byte[] second = new byte[100];
        Lies lies = new Lies(new SplittableRandom(3));
        Lies again = new Lies(new SplittableRandom(3));
        for (int i = 0; i < 1_000; i++) {
            assertThat(lies.damage(first, 60)).isEqualTo(again.damage(second, 60)).isBetween(0, 100);
        }
        assertThat(first).isEqualTo(second);
    }

    @Test
    void aViolationIsCountedAndTheFirstAreDescribed() {
        Outcome outcome = new Outcome();
        for (int i = 0; i < 150; i++) {
            outcome.violation("no " + i);
        }
        assertThat(outcome.violated()).isEqualTo(150);
        assertThat(outcome.violations()).hasSize(100).first().isEqualTo("no 0");
        assertThat(outcome).hasToString("{}, violations 150: no 0");
    }
}
