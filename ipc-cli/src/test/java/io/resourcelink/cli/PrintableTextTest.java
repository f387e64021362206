package io.resourcelink.cli;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class PrintableTextTest {

    @Test
    void visibleTextStaysAsItIs() {
        assertThat(PrintableText.of("frames/7 schlüssel 鍵 🔑")).isEqualTo("frames/7 schlüssel 鍵 🔑");
    }

    @Test
    void lineEndsAndEscapeSequencesAreEscaped() {
        assertThat(PrintableText.of("a\r\n\tb\u001b[2J\u0007\u007f\u009b")).isEqualTo(
                "a\\r\\n\\tb\\u001b[2J\\u0007\\u007f\\u009b");
    }

    @Test
    void whatTurnsOrBreaksTheLineIsEscaped() {
        assertThat(PrintableText.of("a\u202eb\u2028c\u2029d")).isEqualTo("a\\u202eb\\u2028c\\u2029d");
    }

    @Test
    void halfACharacterAndTagsAreEscaped() {
        assertThat(PrintableText.of("\ud83d" + "x" + new StringBuilder().appendCodePoint(0xe0041)))
                .isEqualTo("\\ud83dx\\udb40\\udc41");
    }

    @Test
    void differentTextsStayDifferent() {
        assertThat(PrintableText.of("\n")).isNotEqualTo(PrintableText.of("\\n"));
    }
}
