package io.resourcelink.internal.os;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class MapsLineTest {

    @Test
    void readsAMappedFile() {
        assertThat(
                MapsLine.parse("7f0c9a000000-7f0c9a001000 rw-s 00000000 00:1a 4711       /dev/shm/ipc-0/a b (deleted)"))
                .isEqualTo(new MapsLine(true, 0x1aL, 4711));
        assertThat(MapsLine.parse("00400000-00452000 r-xp 00000000 08:02 173521      /usr/bin/dbus-daemon"))
                .isEqualTo(new MapsLine(false, 8L << 32 | 2, 173_521));
    }

    @Test
    void memoryWithoutAFileIsNone() {
        assertThat(MapsLine.parse("35b1800000-35b1820000 rw-p 00000000 00:00 0 ")).isNull();
        assertThat(MapsLine.parse("7ffc8a000000-7ffc8a021000 rw-p 00000000 00:00 0      [stack]")).isNull();
    }
}
