package io.resourcelink.internal.wire;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

class DestinationNameTest {

    private static final String SIXTY_THREE = "x".repeat(63);

    @ParameterizedTest
    @ValueSource(strings = { "a", "Z", "frames", "frames.v2_large-ones", "a0" })
    void acceptsLettersDigitsAndThreeSigns(String name) {
        assertThatNoException().isThrownBy(() -> DestinationName.check(name));
        assertThatNoException().isThrownBy(() -> DestinationName.check("a" + SIXTY_THREE));
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "0a", ".a", "-a", "_a", "@a", "a/b", "a b", "a\0", "é", "a\n" })
    void refusesWhatCouldBeSomethingElseInADirectory(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> DestinationName.check(name))
                .withMessageStartingWith("\"" + name + "\" is not a valid destination.");
        assertThatIllegalArgumentException().isThrownBy(() -> DestinationName.check("ab" + SIXTY_THREE));
    }
}
