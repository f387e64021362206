package io.resourcelink.internal.store.directory;

import java.util.Comparator;
import java.util.HashSet;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.IpcException;
import io.resourcelink.internal.os.DirectoryWatch;
import io.resourcelink.internal.os.DirectoryWatch.Change;
import io.resourcelink.internal.store.Reaction;
import io.resourcelink.internal.store.Waiters;
import io.resourcelink.internal.work.Failures;
import io.resourcelink.internal.work.Worker;

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
 *
 * A step that fails may have lost what the kernel told it. So from before it asks until it has done everything, everything
 * counts as missed, and what was missed is made up for by a look at all names.
 *
 * Nobody tells of the removal of a directory that is open here. So once a second it is asked whether it has a name still.
 *
 * Without a watch, because the kernel grants no more of them or the directory was removed, the same thread looks by itself:
 * for those who wait ten times a second, at all names once a second. Each time it tries to get a watch again.
 */

/** The one thread of a directory that is told what happens there: wakes those who wait for a key, and collects orphans. */
final class SegmentWatcher {

    private static final int[] SECOND_LOOKS_MILLIS = { 2, 20, 200 };
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long SWEEP_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final SegmentDirectory directory;
    private final Reaction reaction;
    private final Failures failures;
    private final Worker worker;
    private final Waiters waiters = new Waiters();
    private final Queue<Look> secondLooks = new PriorityQueue<>(Comparator.comparingLong(Look::dueNanos));
    private final Set<String> lookedAtAgain = new HashSet<>();
    private final long begin = System.nanoTime();

    /** Changed by the worker, once it runs. */
    private volatile @Nullable DirectoryWatch watch;
    private boolean missed = true;
    private long sweptAt;

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

    SegmentWatcher(SegmentDirectory directory, Reaction reaction, Failures failures) {
        this.directory = directory;
        this.reaction = reaction;
        this.failures = failures;
        this.worker = new Worker(Thread.ofPlatform().daemon().name("ipc-watcher " + directory.path())
                .inheritInheritableThreadLocals(false).factory(), failures, this::step, this::end);
        try {
            watch = DirectoryWatch.open(directory.path());
        } catch (Throwable e) {
            failures.report("getting a watch on " + directory.path() + ", which it looks at every second instead", e);
        }
        worker.ensureAlive();
    }

    /** {@return whether the kernel tells of what happens, to a thread that runs} */
    boolean isWatching() {
        return watch != null && worker.isAlive();
    }

    /** Replaces a thread that has ended. One look if there is nothing to do. */
    void ensureAlive() {
        worker.ensureAlive();
    }

    private void step() {
        DirectoryWatch present = watch;
        if (present == null) {
            poll();
        } else {
            if (missed) {
                lookAtAll();
            }
            missed = true;
            for (Change change : present.await(timeoutMillis())) {
                handle(change);
            }
            lookAgain();
            if (now() - sweptAt >= SWEEP_NANOS) {
                sweptAt = now();
                safely(reaction::ensureAlive);
            }
            missed = watch == null;
        }
    }

    private void handle(Change change) {
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
                look(Stage.NAME, reaction::staged);
            }
            case Change.Overflowed _ -> lookAtAll();
            case Change.Ended _ -> end();
        }
    }

    private void lookAgain() {
        while (!secondLooks.isEmpty() && secondLooks.element().dueNanos() <= now()) {
            Look due = secondLooks.remove();
            lookedAtAgain.remove(due.name());
            look(due);
        }
    }

    private void lookAtAll() {
        waiters.wakeAll();
        safely(reaction::overflowed);
    }

    /** What replaces a watch. */
    private void poll() {
        LockSupport.parkNanos(this, POLL_NANOS);
        waiters.wakeAll();
        lookAgain();
        if (!worker.isStopped() && now() - sweptAt >= SWEEP_NANOS) {
            sweptAt = now();
            lookAtAll();
            safely(() -> watch = DirectoryWatch.open(directory.path()));
        }
    }

    /** Nanoseconds since this watcher began, so that they can be compared. */
    private long now() {
        return System.nanoTime() - begin;
    }

    private int timeoutMillis() {
        Look next = secondLooks.peek();
        long nanos = next == null ? SWEEP_NANOS : Math.min(SWEEP_NANOS, next.dueNanos() - now());
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

    /** One bad segment, or a factory that is being closed, is nothing to report. */
    private static void safely(Runnable work) {
        try {
            work.run();
        } catch (IpcException | IllegalStateException _) {
            // The next sweep reports what this is about.
        }
    }

    /** Announces a wait for a key. What appears from now on is not missed. */
    Waiters.Waiter waitFor(String key) {
        worker.ensureAlive();
        return waiters.waitFor(key);
    }

    /** Closes the watch. By the worker, or once it has ended. */
    private void end() {
        DirectoryWatch ended = watch;
        watch = null;
        if (ended != null) {
            ended.close();
        }
        waiters.wakeAll();
    }

    /**
     * Stops the thread and wakes all who wait. A thread that a listener holds up closes the watch when the listener returns.
     *
     * @param nanos how long to wait at most for the thread
     */
    void close(long nanos) {
        worker.stop();
        DirectoryWatch present = watch;
        if (present != null) {
            present.wake();
        }
        waiters.wakeAll();
        if (nanos > 0 && !worker.awaitEnd(nanos) && !worker.isCurrent()) {
            failures.report("stopping the watch on " + directory.path(),
                    new TimeoutException("Its thread is busy still,"
                            + " probably in a listener; it ends when that returns."));
        }
    }
}
