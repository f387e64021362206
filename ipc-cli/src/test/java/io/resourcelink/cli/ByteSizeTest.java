package io.resourcelink.cli;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class ByteSizeTest {

    @ParameterizedTest
    @CsvSource({ "0,0", "1,1", "64k,65536", "64K,65536", "64KiB,65536", "64M,67108864", "1G,1073741824",
        "2T,2199023255552", "8388607T,9223370937343148032", "9223372036854775807,9223372036854775807" })
    void readsUnitsOf1024(String text, long bytes) {
        assertThat(new ByteSize().convert(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "-1", "1.5M", "64m", "64MB", "64 M", "M", "0x10", "8388608T", "9223372036854775808" })
    void refusesWhatIsNoSize(String text) {
        assertThatExceptionOfType(TypeConversionException.class).isThrownBy(() -> new ByteSize().convert(text))
                .withMessageContaining("'" + text + "'");
    }

    @ParameterizedTest
    @CsvSource({ "0,0B", "1023,1023B", "1024,1.0KiB", "1087,1.0KiB", "1088,1.0KiB", "1536,1.5KiB", "65600,64.0KiB",
        "1048575,1023.9KiB", "1048576,1.0MiB", "1073741824,1.0GiB", "9223372036854775807,7.9EiB" })
    void printsOneDecimalCutOff(long bytes, String text) {
        assertThat(ByteSize.format(bytes)).isEqualTo(text);
    }
}
