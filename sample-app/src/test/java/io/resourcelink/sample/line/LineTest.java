package io.resourcelink.sample.line;

import java.net.ProtocolException;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class LineTest {

    static final List<Line> LINES = List.of(new Line.Work(7, "frame-1a2b"), new Line.Release(7),
            new Line.Ready(4711), new Line.Acquired(7), new Line.Done(7, "frame-1a2b.edges", 1234),
            new Line.Failed(7, Line.Reason.NO_SPACE, "There is no room, none at all."));

    @ParameterizedTest
    @FieldSource("LINES")
    void whatIsSaidIsUnderstood(Line line) throws ProtocolException {
        assertThat(Line.parse(line.text())).isEqualTo(line);
    }

    @Test
    void theWordsAreAsDocumented() {
        assertThat(new Line.Work(7, "frame-1a2b").text()).isEqualTo("work 7 frame-1a2b");
        assertThat(new Line.Failed(7, Line.Reason.NO_SPACE, "Full.").text()).isEqualTo("failed 7 no_space Full.");
    }

    @ParameterizedTest
    @ValueSource(strings = { "", " ", "work", "work 7", "work seven key", "work 7 key more", "ready",
        "ready -", "ready 07", "done 7 key", "done 7 key soon", "failed 7 why Because.", "failed 7 no_space",
        "Ready 7", "ready 7 ", "java.lang.OutOfMemoryError: Java heap space" })
    void anythingElseIsRefused(String text) {
        assertThatExceptionOfType(ProtocolException.class).isThrownBy(() -> Line.parse(text));
    }

    @Test
    void aSentenceStaysOnItsLine() {
        assertThat(new Line.Failed(1, Line.Reason.UNUSABLE, "One\nand\ttwo.").text())
                .isEqualTo("failed 1 unusable One and two.");
    }
}
