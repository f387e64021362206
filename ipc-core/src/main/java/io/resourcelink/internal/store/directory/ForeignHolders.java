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
 * such processes, never that there are: a killed process of either kind leaves it too high. So a collector has to find out.
 * It does so with M and all of R locked, which keeps out our own processes but no others.
 *
 * The kernel knows which other processes use the file. It tells by a write lease (OpenFile.keepOthersOut), which it grants
 * only if there is no other open description of the file and no mapping of one, in any process, container or pid
 * namespace, whether or not we may look into it. While the lease is held, a process that opens the file waits until the
 * collector gives the lease up, which is after the name is gone. One case is left: a process opens the file in the few
 * microseconds between lease and unlinking. It continues with a file that has lost its name. Its memory stays its own, but
 * other processes do not find it any more.
 *
 * The kernel also refuses a lease if one of our own processes has the file open for a moment: to look at it or to wait for
 * M, which takes microseconds, or because it released the file some milliseconds ago and has not closed it yet. So the
 * collector asks for the lease a few times, and in between closes at once what this process has released. If all attempts
 * fail, the segment stays for the next look.
 *
 * Where there are no leases (the file system has none, or the file is another user's), the collector reads /proc/<pid>/maps
 * of all processes instead. It holds the locks meanwhile: an earlier look would prove nothing. Then it reads the count
 * again: a process that opened the file behind the look has changed it. That is weaker. It overlooks a process that has
 * opened but not yet counted when the count is read again, a process in a pid namespace that is not below ours, and a
 * process forked from one that died while we looked. A process we may not look into counts as a holder if it could have
 * opened the file: until the segment's TTL is over, or for as long as the process runs if the segment has no TTL.
 *
 * The count itself is never corrected. If the segment is not held, the count is removed with it. If the segment stays,
 * writing the count could undo the 1 of a process that has come meanwhile.
 */

/** Finds out whether a segment is held by processes that take no locks. Stateless. */
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
     * Makes sure that no process holds a segment without locks. On the given file, {@code M} and all of {@code R} are
     * locked; without these locks the result is a guess. Returns {@code null} if no process holds the segment. Then the
     * caller lets others in again.
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
            Reclaimer.reclaimAllNow();
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
