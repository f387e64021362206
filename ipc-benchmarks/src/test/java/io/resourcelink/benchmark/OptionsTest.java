package io.resourcelink.benchmark;

import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class OptionsTest {

    @Test
    void anOptionWithoutAValueIsAsIfItWereMissing() {
        assertThat(Options.parse("--only=", "--quick=", "--before=", "--from="))
                .isEqualTo(Options.parse()).satisfies(options -> {
                    assertThat(options.isWhole()).isTrue();
                    assertThat(options.quick()).isFalse();
                    assertThat(options.before()).isNull();
                });
    }

    @Test
    void partsAreChosenByTheBeginningOfTheirNames() {
        Options options = Options.parse("--only=channels,mem", "--quick=true");

        assertThat(options.includes("channels")).isTrue();
        assertThat(options.includes("memory")).isTrue();
        assertThat(options.includes("messaging")).isFalse();
        assertThat(options.isWhole()).isFalse();
        assertThat(options.quick()).isTrue();
    }

    @Test
    void anOlderVersionThatIsNotThereIsRefusedBeforeAnythingIsMeasured(@TempDir Path directory) {
        Path missing = directory.resolve("older.jar");

        assertThat(Options.parse("--before=" + directory).before()).isEqualTo(directory);
        assertThatIllegalArgumentException().isThrownBy(() -> Options.parse("--before=" + missing))
                .withMessageContaining(missing.toString());
    }

    @Test
    void whatIsNoOptionIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Options.parse("--faster=true"))
                .withMessage("No such option: --faster");
        assertThatIllegalArgumentException().isThrownBy(() -> Options.parse("quick"));
    }
}
