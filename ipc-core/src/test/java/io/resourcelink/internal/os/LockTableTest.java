package io.resourcelink.internal.os;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** The kernel's list of locks, from recorded files and from pages as two walks would find them. */
class LockTableTest {

    private static final long MARKS = 1000;
    private static final FileStatus FILE = new FileStatus(0x1AL, 4711, 0x8180, 1, 1000, 1000, 4096);

    @TempDir
    private Path directory;

    private List<LockedRun> runs(String text) throws IOException {
        return new LockTable(Files.writeString(directory.resolve("locks"), text), MARKS).runs(FILE);
    }

    @Test
    void aFilesLocksAreThoseWithItsDeviceAndInode() throws IOException {
        assertThat(runs("""
                1: OFDLCK ADVISORY  WRITE -1 00:1a:4711 2000 2003
                2: POSIX  ADVISORY  READ  711 00:1a:4711 5 EOF
                2: -> POSIX  ADVISORY  WRITE 712 00:1a:4711 7 8
                3: FLOCK  ADVISORY  WRITE 713 00:1a:4711 0 EOF
                4: LEASE  ACTIVE    READ  714 00:1a:4711 0 EOF
                5: OFDLCK ADVISORY  WRITE -1 00:1b:4711 1 1
                6: OFDLCK ADVISORY  WRITE -1 00:1a:4712 1 1
                7: OFDLCK ADVISORY  WRITE -1 103:0a:4711 1 1
                """)).containsOnly(new LockedRun(2000, 4), new LockedRun(5, Long.MAX_VALUE - 5));
    }

    @Test
    void whatIsNoListIsNone() throws IOException {
        assertThat(runs("")).isEmpty();
        assertThat(runs("1: OFDLCK ADVISORY  WRITE -1 here 0 0\n")).isEmpty();
        assertThat(new LockTable(directory.resolve("missing"), MARKS).runs(FILE)).isEmpty();
    }

    @Test
    void aLongListIsWhole() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int number = 1; number <= 20_000; number++) {
            text.append(number).append(": OFDLCK ADVISORY  WRITE -1 00:1a:4711 ").append(MARKS + 2L * number)
                    .append(' ')
                    .append(MARKS + 2L * number).append('\n');
        }
        assertThat(runs(text.toString()).stream().distinct().count()).isEqualTo(20_000);
    }

    private static LockPage page(int bytes, long... marks) {
        LockPage page = new LockPage();
        page.bytes(bytes);
        for (long mark : marks) {
            page.mark(mark);
        }
        return page;
    }

    private static boolean isGapless(List<LockPage> first, List<LockPage> second) {
        return new LockOverlap(new ArrayList<>(first), new ArrayList<>(second)).isGapless();
    }

    @Test
    void twoPagesHaveNoGapIfOneOfTheOtherWalkHasMarksOfBoth() {
        List<LockPage> first = List.of(page(4090, 1, 2, 3), page(300, 5, 6));
        assertThat(isGapless(first, List.of(page(2048, 1), page(2300, 2, 3, 4, 5, 6)))).isTrue();
        assertThat(isGapless(first, List.of(page(2048, 1, 2, 3), page(2300, 4, 5, 6)))).as("both end there").isFalse();
        assertThat(isGapless(first, List.of(page(2048, 1), page(2300, 2, 4, 6)))).as("others were dropped").isTrue();
        assertThat(isGapless(first, List.of(page(2048, 1), page(2300, 5, 6, 3)))).as("another order").isFalse();
        assertThat(isGapless(first, List.of(page(2048, 3), page(2300, 3, 4, 5, 5)))).as("twice").isFalse();
        assertThat(isGapless(first, List.of())).isFalse();
        assertThat(isGapless(List.of(page(4090, 1), page(4090), page(300, 5)), List.of(page(2048, 1, 5))))
                .as("a page without marks").isFalse();
    }

    @Test
    void theEndIsReachedIfAPageWasNotFull() {
        assertThat(isGapless(List.of(page(300, 1)), List.of())).isTrue();
        assertThat(isGapless(List.of(page(4090, 1, 2)), List.of(page(4090, 1, 2)))).isFalse();
        assertThat(isGapless(List.of(page(4090, 1, 2)), List.of(page(2048, 1), page(2200, 2)))).isTrue();
        assertThat(isGapless(List.of(page(4090, 1, 2)), List.of(page(2048, 1), page(2200, 3)))).isFalse();
        assertThat(isGapless(List.of(page(5000, 1)), List.of())).as("of a kernel with larger pages").isFalse();
    }
}
