package io.resourcelink.sample.line;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class LineReaderTest {

    @Test
    void linesComeOneByOne() throws IOException {
        LineReader lines = new LineReader(stream("ready 1\nrelease 2\n"));
        assertThat(lines.next()).isEqualTo(new Line.Ready(1));
        assertThat(lines.next()).isEqualTo(new Line.Release(2));
        assertThat(lines.next()).isNull();
    }

    @Test
    void aLineCutOffByTheEndIsNotOne() throws IOException {
        assertThat(new LineReader(stream("release 1")).next()).isNull();
    }

    @Test
    void whoNeverEndsALineIsStopped() {
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return 'x';
            }
        };
        assertThatExceptionOfType(ProtocolException.class).isThrownBy(() -> new LineReader(endless).next());
    }

    private static InputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }
}
