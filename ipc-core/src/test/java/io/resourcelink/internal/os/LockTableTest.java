package io.resourcelink.internal.os;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

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

    @Test
    void aPageOfManyMarksIsSearchedToItsEnds() {
        long[] marks = LongStream.rangeClosed(1, 64).toArray();
        LockPage full = page(4090, marks);
        assertThat(isGapless(List.of(full, page(300, 65)), List.of(page(2048, 1), page(2300, 64, 65)))).isTrue();
        assertThat(isGapless(List.of(page(4090, 1), page(300, 5)), List.of(page(2048, 1, 5)))).isTrue();
        assertThat(isGapless(List.of(page(4090, 100), full), List.of(page(4090, 100, 1), page(300, 64)))).isTrue();
        assertThat(isGapless(List.of(page(4090, 100), full, page(300, 200)), List.of(page(4090, marks),
                page(300, 100)))).as("of none of its marks and the next").isFalse();
        assertThat(isGapless(List.of(full), List.of(page(4090, 99), page(300, 99)))).isFalse();
    }

    @Test
    void oneMarkOfBothPagesIsNoBridge() {
        assertThat(isGapless(List.of(page(4090, 3), page(300, 3)), List.of(page(4090, 3)))).isFalse();
        assertThat(isGapless(List.of(page(4090, 3), page(300, 4)), List.of(page(4090, 3, 3, 3, 4)))).as("thrice")
                .isFalse();
    }

    @Test
    void aPageWithRoomForALineIsTheLast() {
        assertThat(isGapless(List.of(page(4096 - 256 - 1, 1)), List.of())).isTrue();
        assertThat(isGapless(List.of(page(4096 - 256, 1)), List.of())).isFalse();
    }

    @Test
    void aListThatMayHaveGapsIsNone() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int number = 1; number <= 2_000; number++) {
            text.append(number).append(": OFDLCK ADVISORY  WRITE -1 00:1a:4711 500 500\n");
        }
        assertThat(runs(text.toString())).as("without a mark").isEmpty();
    }

    @Test
    void filesAreToldApartByDeviceAndInode() throws IOException {
        LockTable table = new LockTable(Files.writeString(directory.resolve("locks"), """
                1: OFDLCK ADVISORY  WRITE -1 08:01:4711 1 1
                2: OFDLCK ADVISORY  WRITE -1 08:01:4712 2 2
                3: OFDLCK ADVISORY  WRITE -1 08:01:4712 3 3
                4: OFDLCK ADVISORY  WRITE -1 00:01:4712 4 4
                """), MARKS);
        assertThat(table.runs(file(8L << 32 | 1, 4711))).containsOnly(new LockedRun(1, 1));
        assertThat(table.runs(file(8L << 32 | 1, 4712))).containsOnly(new LockedRun(2, 1), new LockedRun(3, 1));
        assertThat(table.runs(file(1, 4712))).containsOnly(new LockedRun(4, 1));
        assertThat(table.runs(file(8, 4712))).isEmpty();
    }

    private static FileStatus file(long device, long inode) {
        return new FileStatus(device, inode, 0x8180, 1, 1000, 1000, 4096);
    }

    @Test
    void aLineOfAnotherFormIsNoLock() throws IOException {
        assertThat(runs("""
                1: OFDLCK ADVISORY  WRITE -1 00:1a:4711 1 1 more
                2: OFDLCK ADVISORY  WRITE -1 00:1a:4711 2
                3: OFDLCK ADVISORY  WRITE -1 00:1a:4711 3 3
                """)).containsOnly(new LockedRun(3, 1));
        assertThat(runs("x".repeat(70_000))).as("a line that no buffer holds").isEmpty();
    }

    @Test
    void aWalkReadsAPageAtATimeAndMarksWholeLines() throws IOException {
        String line = ": OFDLCK ADVISORY  WRITE -1 00:1a:4711 ";
        Path locks = Files.write(directory.resolve("locks"), List.of("1" + line + "1001 1001", "2" + line + "1000 1000",
                "3" + line + "1002 1002", "4: POSIX  ADVISORY  WRITE 7 00:1a:4711 1003 1003",
                "5" + line + "1004 1004"));
        Map<LockedFile, List<LockedRun>> target = new HashMap<>();
        List<LockPage> pages = new ArrayList<>();
        try (LockWalk walk = new LockWalk(locks, MARKS, target)) {
            int most = 3 * line.length() + 29;
            assertThat(walk.next(pages, most)).isTrue();
            assertThat(marks(pages.getLast())).as("not the bound, not what is cut").containsExactly(1001L);
            assertThat(pages.getLast().bytes()).isEqualTo(most);
            assertThat(walk.next(pages, Integer.MAX_VALUE)).isTrue();
            assertThat(marks(pages.getLast())).as("not what was cut, none of a process").containsExactly(1004L);
            assertThat(pages.getFirst().bytes() + pages.getLast().bytes()).isEqualTo((int) Files.size(locks));
            assertThat(walk.next(pages, Integer.MAX_VALUE)).isFalse();
        }
        assertThat(target).containsOnlyKeys(new LockedFile(0x1A, 4711));
        assertThat(target.get(new LockedFile(0x1A, 4711))).containsExactly(new LockedRun(1001, 1),
                new LockedRun(1000, 1), new LockedRun(1002, 1), new LockedRun(1003, 1), new LockedRun(1004, 1));
        assertThat(new LockedRun(1000, 3).end()).isEqualTo(1003);
        assertThat(Descriptors.open().values()).as("closed").noneMatch(locks.toString()::equals);
    }

    private static List<Long> marks(LockPage page) {
        return IntStream.range(0, page.count()).mapToObj(page::mark).toList();
    }
}
