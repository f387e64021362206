package io.resourcelink.internal.format;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.internal.os.CallFrame;
import io.resourcelink.internal.os.Directory;
import io.resourcelink.internal.os.Directory.Access;
import io.resourcelink.internal.os.LeasedFileException;
import io.resourcelink.internal.os.LockTable;
import io.resourcelink.internal.os.LockedRun;
import io.resourcelink.internal.os.NotAFileException;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.internal.os.SystemCalls;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(SharedMemoryDirectory.class)
class ReferenceLocksTest {

    private final CallFrame frame = new CallFrame();
    private final List<OpenFile> holders = new ArrayList<>();
    private Directory directory;
    private OpenFile looker;

    @BeforeEach
    void openDescriptions(Path root) throws Exception {
        directory = Directory.open(root, 0700);
        Objects.requireNonNull(directory.createNamed(frame, "file", 0600)).close();
        looker = Objects.requireNonNull(directory.open(frame, "file", Access.LOOK));
        for (int holder = 0; holder < 64; holder++) {
            holders.add(Objects.requireNonNull(directory.open(frame, "file", Access.USE)));
        }
    }

    @AfterEach
    void closeAll() {
        looker.close();
        holders.forEach(OpenFile::close);
        directory.unlink(frame, "file");
        directory.close();
        frame.close();
    }

    @Test
    void theMapIsWhereTheFormatHasIt() {
        assertThat(ReferenceLocks.MAINTENANCE).isEqualTo(0x3fff_ffff_ffff_ffffL);
        assertThat(ReferenceLocks.REFERENCES).isEqualTo(0x4000_0000_0000_0000L);
        assertThat(ReferenceLocks.REFERENCES_LENGTH).isEqualTo(0x1000_0000_0000_0000L);
        assertThat(ReferenceLocks.MAX_HANDLES).isEqualTo(1 << 20);
    }

    @Test
    void countsEveryByteOfEveryHolder() {
        long expected = 0;
        for (OpenFile holder : holders) {
            long base = ReferenceLocks.tryTakeFirst(frame, holder);
            assertThat(base & (ReferenceLocks.MAX_HANDLES - 1)).isZero();
            int handles = ThreadLocalRandom.current().nextInt(1, 20);
            for (int handle = 1; handle < handles; handle++) {
                assertThat(ReferenceLocks.tryTake(frame, holder, base, handle)).isTrue();
            }
            expected += handles;
            assertThat(ReferenceLocks.countOthers(frame, looker)).isEqualTo(expected);
        }
        holders.getFirst().close();
        assertThat(ReferenceLocks.countOthers(frame, looker)).isLessThan(expected).isGreaterThanOrEqualTo(63);
    }

    @Test
    void anExclusionThatIsBeingGivenUpIsTheOneReferenceThatStays() {
        OpenFile holder = holders.getFirst();
        long base = ReferenceLocks.tryTakeFirst(frame, holder);
        assertThat(ReferenceLocks.tryMaintainAndExclude(frame, holder)).isTrue();
        assertThat(ReferenceLocks.countOthers(frame, looker)).isZero();
        assertThat(ReferenceLocks.isHeldByOthers(frame, looker)).isFalse();

        holder.unlock(frame, ReferenceLocks.MAINTENANCE, base - ReferenceLocks.MAINTENANCE);
        assertThat(ReferenceLocks.countOthers(frame, looker)).as("half way").isOne();
        assertThat(ReferenceLocks.isHeldByOthers(frame, looker)).isTrue();

        ReferenceLocks.keepFirst(frame, holder, base);
        assertThat(ReferenceLocks.countOthers(frame, looker)).isOne();
    }

    @Test
    void maintenanceAndExclusionAreTakenTogetherOrNotAtAll() {
        OpenFile holder = holders.get(0);
        OpenFile collector = holders.get(1);
        long base = ReferenceLocks.tryTakeFirst(frame, holder);
        assertThat(ReferenceLocks.tryMaintainAndExclude(frame, collector)).isFalse();
        assertThat(ReferenceLocks.tryMaintain(frame, holder)).as("it has nothing").isTrue();
        ReferenceLocks.dropAll(frame, holder, base, 1);
        assertThat(ReferenceLocks.tryMaintainAndExclude(frame, collector)).isFalse();
        ReferenceLocks.dropMaintenance(frame, holder);
        assertThat(ReferenceLocks.tryMaintainAndExclude(frame, collector)).isTrue();
    }

    /** Asked one by one, they would cost twice as many questions, and the kernel walks through all of them for each. */
    @Test
    void thousandsAreCountedFromTheKernelsListWithFewQuestions() throws Exception {
        while (holders.size() < 3000) {
            holders.add(Objects.requireNonNull(directory.open(frame, "file", Access.USE)));
        }
        holders.forEach(holder -> ReferenceLocks.tryTakeFirst(frame, holder));
        try (SystemCalls calls = SystemCalls.counting(thread -> thread.equals(Thread.currentThread()))) {
            assertThat(ReferenceLocks.countOthers(frame, looker)).isEqualTo(3000);
            assertThat(calls.count("fcntl")).isLessThanOrEqualTo(256);
        }
    }

    @Test
    void onesOwnAreNotCountedFromTheListEither() throws Exception {
        while (holders.size() < 400) {
            holders.add(Objects.requireNonNull(directory.open(frame, "file", Access.USE)));
        }
        OpenFile own = holders.getFirst();
        long base = ReferenceLocks.tryTakeFirst(frame, own);
        assertThat(ReferenceLocks.tryTake(frame, own, base, 1)).isTrue();
        holders.subList(1, holders.size()).forEach(holder -> ReferenceLocks.tryTakeFirst(frame, holder));
        try (SystemCalls calls = SystemCalls.counting(thread -> thread.equals(Thread.currentThread()))) {
            assertThat(ReferenceLocks.countOthers(frame, own, new LockedRun(base, 2), null)).isEqualTo(399);
            assertThat(calls.count("fcntl")).isLessThanOrEqualTo(256);
        }
    }

    @Test
    void whereTheKernelListsNoneTheyAreAskedOneByOne() throws Exception {
        while (holders.size() < 400) {
            holders.add(Objects.requireNonNull(directory.open(frame, "file", Access.USE)));
        }
        holders.forEach(holder -> ReferenceLocks.tryTakeFirst(frame, holder));
        LockTable none = new LockTable(Path.of("/proc/self/none"), ReferenceLocks.REFERENCES);
        try (SystemCalls calls = SystemCalls.counting(thread -> thread.equals(Thread.currentThread()))) {
            assertThat(ReferenceLocks.countOthers(frame, looker, ReferenceLocks.NOTHING, none)).isEqualTo(400);
            assertThat(calls.count("fcntl")).isGreaterThan(400);
        }
    }

    /** The kernel lists a page at a time, and others lock and unlock meanwhile, in this file and in another. */
    @Test
    void bothWaysCountTheSameWhileOthersComeAndGo() throws Exception {
        while (holders.size() < 1000) {
            holders.add(Objects.requireNonNull(directory.open(frame, "file", Access.USE)));
        }
        List<OpenFile> staying = holders.subList(0, 990);
        for (OpenFile holder : staying) {
            long base = ReferenceLocks.tryTakeFirst(frame, holder);
            assertThat(ReferenceLocks.tryTake(frame, holder, base, 1)).isTrue();
        }
        Objects.requireNonNull(directory.createNamed(frame, "other", 0600)).close();
        AtomicBoolean done = new AtomicBoolean();
        Thread others = Thread.ofPlatform().start(() -> comeAndGo(done));
        try {
            LockTable none = new LockTable(Path.of("/proc/self/none"), ReferenceLocks.REFERENCES);
            for (int round = 0; round < 20; round++) {
                LockTable table = round % 5 == 0 ? none : ReferenceLocks.newTable();
                assertThat(ReferenceLocks.countOthers(frame, looker, ReferenceLocks.NOTHING, table))
                        .isBetween(2L * staying.size(), 2L * staying.size() + 10);
            }
        } finally {
            done.set(true);
            others.join();
            directory.unlink(frame, "other");
        }
        assertThat(ReferenceLocks.countOthers(frame, looker)).isEqualTo(2L * staying.size());
    }

    private void comeAndGo(AtomicBoolean done) {
        OpenFile holder = holders.getLast();
        try (CallFrame own = new CallFrame();
                OpenFile other = Objects.requireNonNull(directory.open(own, "other", Access.USE))) {
            while (!done.get()) {
                long base = ReferenceLocks.tryTakeFirst(own, holder);
                for (int lock = 0; lock < 100; lock++) {
                    other.tryLock(own, 2L * lock, 1);
                }
                ReferenceLocks.dropAll(own, holder, base, 1);
                other.unlock(own, 0, 200);
            }
        } catch (NotAFileException | LeasedFileException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void doesNotCountOnesOwn() {
        ReferenceLocks.tryTakeFirst(frame, holders.get(0));
        ReferenceLocks.tryTakeFirst(frame, holders.get(1));
        assertThat(ReferenceLocks.countOthers(frame, holders.get(0))).isEqualTo(1);
        assertThat(ReferenceLocks.countOthers(frame, looker)).isEqualTo(2);
    }

    @Test
    void aCollectorAtWorkIsNoCountAndKeepsHoldersOut() {
        OpenFile collector = holders.get(0);
        assertThat(ReferenceLocks.tryExclude(frame, collector)).isTrue();
        assertThat(ReferenceLocks.countOthers(frame, looker)).isZero();
        assertThat(ReferenceLocks.tryTakeFirst(frame, holders.get(1))).isEqualTo(-1);
        collector.close();
        assertThat(ReferenceLocks.tryTakeFirst(frame, holders.get(1))).isNotEqualTo(-1);
        assertThat(ReferenceLocks.tryExclude(frame, holders.get(2))).isFalse();
    }

    @Test
    void theLockOfANameAdjoinsTheReferencesWithoutBeingOne() {
        OpenFile collector = holders.get(0);
        assertThat(ReferenceLocks.tryMaintain(frame, collector)).isTrue();
        assertThat(collector.tryLock(frame, ReferenceLocks.REFERENCES, 3)).isTrue();
        assertThat(ReferenceLocks.countOthers(frame, looker)).isEqualTo(3);
        assertThat(ReferenceLocks.tryExclude(frame, collector)).isTrue();
        assertThat(ReferenceLocks.countOthers(frame, looker)).isZero();
    }

    @Test
    void maintenanceAndReferencesAreIndependent() {
        assertThat(ReferenceLocks.tryMaintain(frame, holders.get(0))).isTrue();
        assertThat(ReferenceLocks.tryMaintain(frame, holders.get(1))).isFalse();
        assertThat(ReferenceLocks.tryTakeFirst(frame, holders.get(1))).isNotEqualTo(-1);
        assertThat(ReferenceLocks.countOthers(frame, looker)).isEqualTo(1);
    }

    @Test
    void oneReferenceIsDroppedAndTheOthersStay() {
        OpenFile holder = holders.get(0);
        OpenFile other = holders.get(1);
        long base = ReferenceLocks.tryTakeFirst(frame, holder);
        assertThat(other.tryLock(frame, base + 3, 1)).isTrue();
        assertThat(ReferenceLocks.tryTake(frame, holder, base, 1)).isTrue();
        assertThat(ReferenceLocks.tryTake(frame, holder, base, 2)).isTrue();
        assertThat(ReferenceLocks.tryTake(frame, holder, base, 3)).as("another one has it").isFalse();
        ReferenceLocks.drop(frame, holder, base, 1);
        assertThat(ReferenceLocks.countOthers(frame, looker)).isEqualTo(3);
        assertThat(other.tryLock(frame, base + 1, 1)).isTrue();
        assertThat(other.tryLock(frame, base, 1)).isFalse();
        assertThat(other.tryLock(frame, base + 2, 1)).isFalse();
    }

    @Test
    void anExclusionThatIsDroppedIsInNobodysWay() {
        assertThat(ReferenceLocks.tryMaintainAndExclude(frame, holders.get(0))).isTrue();
        ReferenceLocks.dropExclusion(frame, holders.get(0));
        assertThat(ReferenceLocks.tryMaintainAndExclude(frame, holders.get(1))).isTrue();
    }

    @Test
    void whatIsKeptOfAnExclusionIsOneByte() {
        OpenFile holder = holders.get(0);
        OpenFile other = holders.get(1);
        long base = ReferenceLocks.tryTakeFirst(frame, holder);
        assertThat(ReferenceLocks.tryMaintainAndExclude(frame, holder)).isTrue();
        ReferenceLocks.keepFirst(frame, holder, base);
        long end = ReferenceLocks.REFERENCES + ReferenceLocks.REFERENCES_LENGTH;
        assertThat(other.tryLock(frame, ReferenceLocks.MAINTENANCE, base - ReferenceLocks.MAINTENANCE)).isTrue();
        assertThat(other.tryLock(frame, base, 1)).isFalse();
        assertThat(other.tryLock(frame, base + 1, end - base - 1)).isTrue();
    }

    @Test
    void aWholeBlockIsAsManyReferencesAsItHasBytes() {
        OpenFile holder = holders.getFirst();
        assertThat(holder.tryLock(frame, ReferenceLocks.REFERENCES, ReferenceLocks.MAX_HANDLES)).isTrue();
        assertThat(ReferenceLocks.countOthers(frame, looker)).isEqualTo(ReferenceLocks.MAX_HANDLES);
        assertThat(holder.tryLock(frame, ReferenceLocks.REFERENCES + ReferenceLocks.MAX_HANDLES, 1)).isTrue();
        assertThat(ReferenceLocks.countOthers(frame, looker)).as("no holder has so many").isOne();
    }

    @Test
    void nothingIsAskedAboutTheSidesOfARunThatHasNone() throws Exception {
        long end = ReferenceLocks.REFERENCES + ReferenceLocks.REFERENCES_LENGTH;
        assertThat(holders.get(0).tryLock(frame, ReferenceLocks.REFERENCES, 3)).isTrue();
        assertThat(holders.get(1).tryLock(frame, end - 2, 2)).isTrue();
        try (SystemCalls calls = SystemCalls.counting(thread -> thread.equals(Thread.currentThread()))) {
            assertThat(ReferenceLocks.countOthers(frame, looker)).isEqualTo(5);
            assertThat(calls.count("fcntl")).as("for all, for the rest, for what is between").isEqualTo(3);
        }
    }

    @Test
    void anyNumberOfProcessesViewWhatOneMayFillAgain() {
        OpenFile owner = holders.get(0);
        OpenFile viewer = holders.get(1);
        OpenFile another = holders.get(2);
        assertThat(ReferenceLocks.isViewedByOthers(frame, owner)).isFalse();
        assertThat(ReferenceLocks.tryView(frame, viewer)).isTrue();
        assertThat(ReferenceLocks.tryView(frame, another)).isTrue();
        assertThat(ReferenceLocks.isViewedByOthers(frame, owner)).isTrue();
        assertThat(ReferenceLocks.countOthers(frame, owner)).as("a view is no reference").isZero();
        assertThat(ReferenceLocks.tryMaintainAndExclude(frame, owner)).isTrue();
        ReferenceLocks.endViews(frame, viewer);
        assertThat(ReferenceLocks.isViewedByOthers(frame, owner)).isTrue();
        ReferenceLocks.endViews(frame, another);
        assertThat(ReferenceLocks.isViewedByOthers(frame, owner)).isFalse();
        assertThat(owner.tryLock(frame, ReferenceLocks.VIEWS, 1)).isTrue();
        assertThat(ReferenceLocks.tryView(frame, viewer)).isFalse();
    }
}
