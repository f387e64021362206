package io.resourcelink.campaign;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/** What is written down of changes to the code. */
class MutationsTest {

    private static String line(String result) {
        return "A.java,a.A,Math,add,7," + result + ",none";
    }

    @Test
    void aChangeThatKeepsATestFromItsEndIsNoticed() {
        MutationCounts counts = MutationCounts.parse(List.of(line("KILLED"), line("TIMED_OUT"), line("MEMORY_ERROR"),
                line("RUN_ERROR"), line("SURVIVED"), line("NO_COVERAGE"), line("NO_COVERAGE"), line("NON_VIABLE")));
        assertThat(counts).isEqualTo(new MutationCounts(1, 3, 1, 2));
        assertThat(counts.row("part")).isEqualTo("| `part` | 7 | 1 | 3 | 1 | 2 | 57.1 % |");
        assertThatIllegalArgumentException().isThrownBy(() -> MutationCounts.parse(List.of(line("STARTED"))));
        assertThatIllegalArgumentException().isThrownBy(() -> MutationCounts.parse(List.of("a,b")));
        assertThat(new MutationCounts(0, 0, 0, 0).score()).isEqualTo(100);
    }

    @Test
    void onePartsFiguresAreReplacedAndTheOthersStay() {
        String text = "a\n<!-- campaign:mutations -->\n<!-- /campaign -->\n| `format` | classes |\n";
        String first = Mutations.documented(text, "locks", new MutationCounts(1, 0, 1, 0));
        String second = Mutations.documented(first, "format", new MutationCounts(3, 0, 0, 0));
        String third = Mutations.documented(second, "locks", new MutationCounts(2, 0, 0, 0));
        assertThat(third).isEqualTo("""
                a
                <!-- campaign:mutations -->

                | part | changes | a test fails | a test does not end | not noticed | not run | score |
                |---|---:|---:|---:|---:|---:|---:|
                | `format` | 3 | 3 | 0 | 0 | 0 | 100.0 % |
                | `locks` | 2 | 2 | 0 | 0 | 0 | 100.0 % |

                <!-- /campaign -->
                | `format` | classes |
                """);
    }

    @Test
    void everyPartIsDescribed() throws IOException {
        String documentation = Files.readString(Path.of("../docs/reliability.md"));
        assertThat(MutatedCode.all()).allSatisfy(code -> assertThat(documentation)
                .containsPattern("\\| `" + code.name() + "` \\| [^|]+ \\| [^|]+ \\|\n"));
        assertThat(Mutations.documented(documentation, "format", new MutationCounts(1, 0, 0, 0)))
                .contains("| `format` | 1 | 1 | 0 | 0 | 0 | 100.0 % |");
    }
}
