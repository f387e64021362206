package io.resourcelink.cli;

import java.time.Duration;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class TimeSpanTest {

    @ParameterizedTest
    @CsvSource({ "0s,PT0S", "500ms,PT0.5S", "30s,PT30S", "5m,PT5M", "2h,PT2H", "1d,PT24H", "1h30m,PT1H30M",
        "1m500ms,PT1M0.5S", "PT30S,PT30S", "P1D,PT24H", "100000d,PT2400000H" })
    void readsWhatPeopleWrite(String text, Duration span) {
        assertThat(new TimeSpan().convert(text)).isEqualTo(span);
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "30", "s", "-1s", "30sec", "1.5s", "30s ", "5m 30s", "PT", "PT-30S", "PT0.0001S",
        "9223372036854775807d", "99999999999999999999s", "9223372036854775807s" })
    void refusesWhatIsNoDuration(String text) {
        assertThatExceptionOfType(TypeConversionException.class).isThrownBy(() -> new TimeSpan().convert(text))
                .withMessageContaining("'" + text + "'");
    }

    @ParameterizedTest
    @CsvSource({ "PT0S,0ms", "PT0.999S,999ms", "PT1S,1s", "PT3.29S,3.2s", "PT59.999S,59.9s", "PT1M,1m",
        "PT5M12.9S,5m12s", "PT1H,1h", "PT2H3M59S,2h3m", "PT24H,1d", "PT101H,4d5h", "PT48H59M,2d" })
    void printsTheTwoLargestUnits(Duration span, String text) {
        assertThat(TimeSpan.format(span)).isEqualTo(text);
    }
}
