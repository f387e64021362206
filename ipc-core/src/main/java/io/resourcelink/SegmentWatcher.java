package io.resourcelink;

import java.util.Comparator;
import java.util.HashSet;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.IpcException;
import io.resourcelink.os.DirectoryWatch;
import io.resourcelink.os.DirectoryWatch.Change;

/*
 * When the last descriptor of a file goes, the kernel first tells the watchers and then drops the locks. So a segment can
 * still look held when the watcher is told of it, and a single look would leave a dead process's segment to the next
 * sweep. Names that look held are looked at again, three times: after 2, after 20 and after 200 milliseconds more; what
 * happens to them meanwhile is covered by that. The last is for files that others have let go of and keep mapped for later,
 * until they find that nobody holds them any more (WarmFiles). Between events the thread blocks in the kernel; it never polls
 * a segment that nothing happened to.
 *
 * A creator opens its file before the file has a name, and the kernel reports its closing under the file's number. So the
 * numbers of files are noted when their names appear, and forgotten when their creators have closed them. Such a file may be
 * without a key again, on the stage, where a producer keeps it for its next one; so the stage is looked at as well.
 */

/** The one thread of a directory that is told what happens there: wakes those who wait for a key, and collects orphans. */
final class SegmentWatcher implements AutoCloseable {

    private static final int[] SECOND_LOOKS_MILLIS = { 2, 20, 200 };

    private final DirectoryWatch watch;
    private final Reaction reaction;
    private final Thread thread;
    private final Waiters waiters = new Waiters();
    private final Queue<Look> secondLooks = new PriorityQueue<>(Comparator.comparingLong(Look::dueNanos));
    private final Set<String> lookedAtAgain = new HashSet<>();
    private final long begin = System.nanoTime();
    private volatile boolean stopping;

    /** What to do about a segment that somebody let go of. */
    interface Reaction {

        /** Takes note of which file a name stands for. */
        void appeared(String key);

        /** Answers the name that a file was given, {@code null} if it has none. Asked once for each file. */
        @Nullable
        String keyOf(long inode);

        /** Looks at a name. Answers whether it should be looked at again. */
        boolean released(String key);

        /** Looks at the stage. Answers whether it should be looked at again. */
        boolean staged();

        /** Looks at all names. */
        void overflowed();
    }

    /** A look at a name, and how many there were before. */
    private record Look(String name, BooleanSupplier looking, int number, long dueNanos) {

        Look again(long now) {
            return new Look(name, looking, number + 1,
                    now + TimeUnit.MILLISECONDS.toNanos(SECOND_LOOKS_MILLIS[number]));
        }

        boolean isLast() {
            return number == SECOND_LOOKS_MILLIS.length;
        }
    }

    SegmentWatcher(SegmentDirectory directory, Reaction reaction) {
        this.watch = DirectoryWatch.open(directory.path());
        this.reaction = reaction;
        this.thread = Thread.ofPlatform().daemon().name("ipc-watcher " + directory.path()).start(this::run);
    }

    private void run() {
        safely(reaction::overflowed);
        while (!stopping) {
            for (Change change : watch.await(timeoutMillis())) {
                switch (change) {
                    case Change.Appeared(String name) -> {
                        waiters.wake(name);
                        safely(() -> reaction.appeared(name));
                    }
                    case Change.Closed(String name) -> look(name);
                    case Change.ClosedUnnamed(long inode) -> {
                        safely(() -> {
                            String key = reaction.keyOf(inode);
                            if (key != null) {
                                look(key);
                            }
                        });
                        look(SegmentDirectory.STAGE, reaction::staged);
                    }
                    case Change.Overflowed _ -> {
                        waiters.wakeAll();
                        safely(reaction::overflowed);
                    }
                    case Change.Ended _ -> stopping = true;
                }
            }
            while (!secondLooks.isEmpty() && secondLooks.element().dueNanos() <= now()) {
                Look due = secondLooks.remove();
                lookedAtAgain.remove(due.name());
                look(due);
            }
        }
        waiters.wakeAll();
    }

    /** Nanoseconds since this watcher began, so that they can be compared. */
    private long now() {
        return System.nanoTime() - begin;
    }

    private int timeoutMillis() {
        Look next = secondLooks.peek();
        if (next == null) {
            return -1;
        }
        long nanos = next.dueNanos() - now();
        return (int) Math.max(0, TimeUnit.NANOSECONDS.toMillis(nanos + 999_999));
    }

    private void look(String key) {
        look(key, () -> reaction.released(key));
    }

    private void look(String name, BooleanSupplier looking) {
        if (!lookedAtAgain.contains(name)) {
            look(new Look(name, looking, 0, now()));
        }
    }

    private void look(Look look) {
        safely(() -> {
            if (look.looking().getAsBoolean() && !look.isLast()) {
                secondLooks.add(look.again(now()));
                lookedAtAgain.add(look.name());
            }
        });
    }

    /** One bad segment, or a factory that is being closed, must not end the watch. */
    private static void safely(Runnable work) {
        try {
            work.run();
        } catch (IpcException | IllegalStateException _) {
            // The next sweep reports what this is about.
        }
    }

    /** Announces a wait for a key. What appears from now on is not missed. */
    Waiters.Waiter waitFor(String key) {
        return waiters.waitFor(key);
    }

    /** Stops the thread and waits for its end, which no reaction may hold up for long. */
    @Override
    public void close() {
        stopping = true;
        watch.wake();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        watch.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
