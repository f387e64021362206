package io.resourcelink.internal.store.directory;

import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.resourcelink.internal.format.SegmentHeader;
import io.resourcelink.internal.format.UnusableException;
import io.resourcelink.internal.mapping.Reclaimer;
import io.resourcelink.internal.os.CallFrame;
import io.resourcelink.internal.os.FileStatus;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.internal.os.OpenFile.Others;
import io.resourcelink.internal.os.ProcessMaps;
import io.resourcelink.internal.store.ForeignHolder;
import io.resourcelink.segment.ResourceKind;

/*
 * ipckit's processes open the file, map it, add 1 to the header's count, and take no locks. The count says that there may be
 * some, never that there are: a killed process of whichever kind leaves it too high. So who wants to remove the name has
 * to find out, with M and all of R locked, which keeps our own processes out but no others.
 *
 * The kernel knows who else has the file in use, and answers with a write lease (OpenFile.keepOthersOut): granted only
 * if there is no other open description of the file and no mapping of one, in any process, container or pid
 * namespace, whether or not we may look into it. While the lease is held, whoever opens the file waits until it is let go,
 * which is after the name is gone. What is left is one who does so in the few microseconds between lease and unlinking: he
 * goes on with a file that has lost its name. His memory stays his own; others do not find it any more.
 *
 * A lease is refused as well because one of ours has the file open in passing: to look at it or to wait for M, which takes
 * microseconds, or because it has let go of it some milliseconds ago and not closed it yet. So it is asked for a few times,
 * and what this process has let go of is closed at once; then the segment stays for the next look.
 *
 * Where there are no leases (a file system without, another user's file), /proc/<pid>/maps of all processes is read
 * instead, while the locks are held: an earlier look would prove nothing. Then the count is read again: who opened the
 * file behind the look has changed it. That is weaker. It overlooks a process that has opened but not yet counted when
 * the count is read again, one in a pid namespace that is not below ours, and one forked from a process that died
 * while we looked. A process we may not look into counts as a holder if it could have opened the file: until the
 * segment's TTL is over, without one for as long as it runs.
 *
 * The count itself is never set right. What is found unheld is removed with it, and in what stays, writing it could
 * undo the 1 of a process that has come meanwhile.
 */

/** Finds out whether processes that take no locks hold a segment. Stateless. */
final class ForeignHolders {

    private static final int LEASE_ATTEMPTS = 4;

    private final SegmentDirectory directory;
    private final Supplier<ProcessMaps> maps;
    private final boolean leases;

    ForeignHolders(SegmentDirectory directory, Supplier<ProcessMaps> maps, boolean leases) {
        this.directory = directory;
        this.maps = maps;
        this.leases = leases;
    }

    static ForeignHolders of(SegmentDirectory directory) {
        return new ForeignHolders(directory, ProcessMaps::read, true);
    }

    /**
     * Makes sure that nobody holds a segment without locks, by a file on which {@code M} and all of {@code R} are locked;
     * without these locks the answer is a guess. Returns {@code null} if no process holds it; then the caller lets others in
     * again.
     */
    @Nullable
    ForeignHolder exclude(CallFrame frame, OpenFile file, FileStatus status, SegmentHeader header) {
        return switch (leases ? keepOthersOut(frame, file) : Others.UNKNOWN) {
            case NONE -> null;
            case SOME -> ForeignHolder.HAS_IT_OPEN;
            case UNKNOWN -> {
                ForeignHolder holder = holder(maps.get(), status, header);
                yield holder == null && isCountedAnew(frame, file, status, header)
                        ? ForeignHolder.CHANGED_THE_COUNT
                        : holder;
            }
        };
    }

    private static Others keepOthersOut(CallFrame frame, OpenFile file) {
        Backoff backoff = new Backoff();
        Others others = file.keepOthersOut(frame);
        for (int attempt = 1; attempt < LEASE_ATTEMPTS && others == Others.SOME && backoff.pause(); attempt++) {
            Reclaimer.reclaimNow();
            others = file.keepOthersOut(frame);
        }
        return others;
    }

    private boolean isCountedAnew(CallFrame frame, OpenFile file, FileStatus status, SegmentHeader header) {
        try {
            return directory.header(frame, file, status.size()).countForPeers() != header.countForPeers();
        } catch (UnusableException _) {
            return false;
        }
    }

    private @Nullable ForeignHolder holder(ProcessMaps look, FileStatus status, SegmentHeader header) {
        boolean deviceTold = directory.kind() == ResourceKind.SHARED_MEMORY;
        if (deviceTold ? look.isMapped(status) : look.isInodeMapped(status)) {
            return ForeignHolder.MAPS_IT;
        }
        return look.mayBeMappedUnseen(status) && !header.isExpired(directory.clock())
                ? ForeignHolder.CANNOT_BE_EXCLUDED
                : null;
    }
}
