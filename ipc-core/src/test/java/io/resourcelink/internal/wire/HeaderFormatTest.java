package io.resourcelink.internal.wire;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.resourcelink.error.MessageException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Headers, by recorded images, so that no refactoring can change their form. */
class HeaderFormatTest {

    /** Classes that could look like a number of the JDK, and would come back as something else. */
    private static final class OwnInteger extends BigInteger {

        private static final long serialVersionUID = 1L;

        OwnInteger() {
            super("1");
        }
    }

    private static final class OwnDecimal extends BigDecimal {

        private static final long serialVersionUID = 1L;

        OwnDecimal() {
            super("1");
        }
    }

    private static Map<String, Object> values() {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("a", "é");
        values.put("b", true);
        values.put("c", false);
        values.put("d", (byte) -2);
        values.put("e", (short) 0x0102);
        values.put("f", 0x01020304);
        values.put("g", 0x0102030405060708L);
        values.put("h", 1.0f);
        values.put("i", 1.0);
        values.put("j", new BigInteger("12"));
        values.put("k", new BigDecimal("1.5"));
        return values;
    }

    private static final String IMAGE = """
            0001 61 01 00000002 c3a9
            0001 62 02 01
            0001 63 02 00
            0001 64 03 fe
            0001 65 04 0102
            0001 66 05 01020304
            0001 67 06 0102030405060708
            0001 68 07 3f800000
            0001 69 08 3ff0000000000000
            0001 6a 09 00000002 3132
            0001 6b 0a 00000003 312e35""".replaceAll("\\s", "");

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    @Test
    void encodesTheRecordedImage() {
        assertThat(HexFormat.of().formatHex(HeaderFormat.encode(values()))).isEqualTo(IMAGE);
        assertThat(HeaderFormat.encode(Map.of())).isEmpty();
    }

    @Test
    void decodesTheRecordedImageInItsOrder() {
        Map<String, Object> decoded = HeaderFormat.decode(bytes(IMAGE));
        assertThat(List.copyOf(decoded.entrySet())).isEqualTo(List.copyOf(values().entrySet()));
        assertThat(decoded).isUnmodifiable();
        assertThat(HeaderFormat.decode(new byte[0])).isEmpty();
    }

    @Test
    void anyOtherByteThanZeroIsTrue() {
        assertThat(HeaderFormat.decode(bytes("0000 02 07"))).containsEntry("", true);
    }

    @Test
    void whatComesBackAsSomethingElseIsNoValue() {
        assertThat(values().values()).allMatch(HeaderFormat::isValue);
        for (Object value : List.of(new OwnInteger(), new OwnDecimal(), 'c', List.of(), new byte[1])) {
            assertThat(HeaderFormat.isValue(value)).isFalse();
            assertThatExceptionOfType(MessageException.class).isThrownBy(() -> HeaderFormat.encode(Map.of("x", value)))
                    .withMessageContaining("Header \"x\" is a " + value.getClass().getName());
        }
    }

    @Test
    void headersHaveAMostLength() {
        Map<String, String> most = Map.of("k", "v".repeat(Frame.MAX_HEADERS - 8));
        assertThat(HeaderFormat.encode(most)).hasSize(16 << 10);
        assertThat(HeaderFormat.decode(HeaderFormat.encode(most))).isEqualTo(most);
        assertThatExceptionOfType(MessageException.class)
                .isThrownBy(() -> HeaderFormat.encode(Map.of("k", "v".repeat(Frame.MAX_HEADERS - 7))))
                .withMessageContaining("have 16385 bytes; at most 16384 are possible");
        assertThatExceptionOfType(MessageException.class)
                .isThrownBy(() -> HeaderFormat.encode(Map.of("k".repeat(1 << 15), "v")))
                .withMessageContaining("have 32768 bytes; at most 32767 are possible");
        assertThatExceptionOfType(MessageException.class)
                .isThrownBy(() -> HeaderFormat.encode(Map.of("k".repeat(Short.MAX_VALUE), "v")))
                .withMessageContaining("at most 16384 are possible");
    }

    @ParameterizedTest
    @CsvSource({ "00, null", "0001, a text of 1 bytes where 0 are left", "0000, null",
        "0000 0b, a value of type 11", "0000 00, a value of type 0",
        "0000 01 ffffffff 61, a text of -1 bytes where 1 are left",
        "0000 01 00000002 61, a text of 2 bytes where 1 are left", "0000 05 010203, null",
        "0000 09 00000001 78, 'For input string: \"x\"'" })
    void whatIsNotInThisFormIsRefused(String hex, String why) {
        assertThatExceptionOfType(MessageException.class).isThrownBy(() -> HeaderFormat.decode(bytes(hex)))
                .withMessage("The headers of a message cannot be read: " + why);
    }

    /** Each length of a valid image is a shorter image, or refused; a peer may cut anywhere. */
    @Test
    void aCutImageIsRefusedOrShorter() {
        byte[] image = bytes(IMAGE);
        List<Integer> accepted = new ArrayList<>();
        for (int length = 0; length < image.length; length++) {
            byte[] cut = Arrays.copyOf(image, length);
            try {
                HeaderFormat.decode(cut);
                accepted.add(length);
            } catch (MessageException _) {
                // Most of them.
            }
        }
        assertThat(accepted).containsExactly(0, 10, 15, 20, 25, 31, 39, 51, 59, 71, 81);
    }
}
