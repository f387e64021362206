package io.resourcelink;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class TimesToLiveTest {

    private static final Duration SHORT = Duration.ofSeconds(5);
    private static final Duration LONG = Duration.ofMinutes(5);

    @ParameterizedTest
    @CsvSource({ "frame-*,frame-,true", "frame-*,frame-1,true", "frame-*,a-frame-1,false", "*-raw,a-b-raw,true",
        "*-raw,a-raw-b,false", "*,anything,true", "frame-?,frame-1,true", "frame-?,frame-12,false",
        "frame-?,frame-\uD83D\uDC1F,true", "a.b,a.b,true", "a.b,axb,false", "[ab]+,a,false", "[ab]+,[ab]+,true",
        "a**b,ab,true", "Frame,frame,false" })
    void aPatternHasTwoCharactersThatStandForOthers(String pattern, String key, boolean matches) {
        TimesToLive times = TimesToLive.none().then(pattern, SHORT);
        assertThat(times.of(key)).isEqualTo(matches ? SHORT : Duration.ZERO);
    }

    @Test
    void theFirstRuleThatMatchesCounts() {
        TimesToLive times = TimesToLive.none().then("frame-raw-*", SHORT).then("frame-*", LONG).otherwise(
                Duration.ofHours(1));
        assertThat(times.of("frame-raw-1")).isEqualTo(SHORT);
        assertThat(times.of("frame-1")).isEqualTo(LONG);
        assertThat(times.of("page")).hasHours(1);
    }

    @Test
    void aKeyMayHaveLines() {
        assertThat(TimesToLive.none().then("a*b", SHORT).of("a\n\nb")).isEqualTo(SHORT);
    }

    @Test
    void whatCannotBeIsRefused() {
        TimesToLive times = TimesToLive.none();
        assertThatIllegalArgumentException().isThrownBy(() -> times.then("", SHORT));
        assertThatIllegalArgumentException().isThrownBy(() -> times.then("*", Duration.ofSeconds(-1)));
        assertThatIllegalArgumentException().isThrownBy(() -> times.then("*", Duration.ofNanos(1)));
        assertThatIllegalArgumentException().isThrownBy(() -> times.otherwise(Duration.ofNanos(1)));
    }
}
