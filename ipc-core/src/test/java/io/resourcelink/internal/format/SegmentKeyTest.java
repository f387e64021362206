package io.resourcelink.internal.format;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.resourcelink.error.InvalidKeyException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

class SegmentKeyTest {

    @ParameterizedTest
    @ValueSource(strings = { "a", "frame-1", "a.b", "with space", "ünïcödé", "😀", "-rf", "~" })
    void acceptsWhatNamesAFile(String key) {
        assertThat(SegmentKey.checked(key)).isSameAs(key);
    }

    @ParameterizedTest
    @ValueSource(strings = { "", ".", "..", ".hidden", "a/b", "/", "a\0b", "\ud83d" })
    void refusesWhatDoesNot(String key) {
        assertThatExceptionOfType(InvalidKeyException.class).isThrownBy(() -> SegmentKey.checked(key))
                .withMessageContaining("A key is 1 to 255 bytes");
    }

    @Test
    void countsBytesAndNotCharacters() {
        assertThat(SegmentKey.checked("k".repeat(255))).hasSize(255);
        assertThat(SegmentKey.checked("é".repeat(127))).hasSize(127);
        assertThatExceptionOfType(InvalidKeyException.class).isThrownBy(() -> SegmentKey.checked("k".repeat(256)));
        assertThatExceptionOfType(InvalidKeyException.class).isThrownBy(() -> SegmentKey.checked("é".repeat(128)))
                .withMessageContaining("256 bytes in UTF-8");
    }

    @Test
    void saysWhichRuleAKeyBreaks() {
        assertThatRefused("", "it is empty");
        assertThatRefused(".hidden", "it starts with a dot");
        assertThatRefused("/a", "it contains '/' or NUL");
        assertThatRefused("a/b", "it contains '/' or NUL");
        assertThatRefused("\0a", "it contains '/' or NUL");
        assertThatRefused("a\0", "it contains '/' or NUL");
        assertThatRefused("a\ud83d", "it has half a surrogate pair");
        assertThatRefused("é".repeat(128), "it takes 256 bytes in UTF-8");
    }

    private static void assertThatRefused(String key, String why) {
        assertThat(SegmentKey.isValid(key)).isFalse();
        assertThatExceptionOfType(InvalidKeyException.class).isThrownBy(() -> SegmentKey.checked(key))
                .withMessageContaining("is no key: " + why + ". A key is");
    }

    @Test
    void aKeyIsValidIfItIsAccepted() {
        assertThat(SegmentKey.isValid("frame-1")).isTrue();
        assertThat(SegmentKey.isValid("k".repeat(255))).isTrue();
    }

    @Test
    @SuppressWarnings("NullAway")
    void refusesNull() {
        assertThatNullPointerException().isThrownBy(() -> SegmentKey.checked(null)).withMessage("key");
    }
}
