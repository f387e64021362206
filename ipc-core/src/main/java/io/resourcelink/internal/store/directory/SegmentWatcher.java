package io.resourcelink.internal.store.directory;

import java.util.Comparator;
import java.util.HashSet;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.IpcException;
import io.resourcelink.internal.os.DirectoryWatch;
import io.resourcelink.internal.os.DirectoryWatch.Change;
import io.resourcelink.internal.store.Reaction;
import io.resourcelink.internal.store.Reaction.Again;
import io.resourcelink.internal.store.Waiters;
import io.resourcelink.internal.work.Failures;
import io.resourcelink.internal.work.Worker;

/*
 * When the last descriptor of a file is closed, the kernel first tells the watchers and then drops the locks. So a segment
 * can still look held when the watcher is told of it. A single look would leave a dead process's segment to the next sweep.
 * So the watcher looks at names that look held again, three times: after 2, after 20 and after 200 milliseconds more. These
 * looks also cover what happens to the names meanwhile. The last look is for files that other processes have released and
 * keep mapped for later, until these processes find that no process holds the files any more (WarmFiles). Between events
 * the thread blocks in the kernel. It never polls a segment that nothing happened to.
 *
 * A segment that this process holds is no orphan, and this process checks that itself when it releases the segment. But it may
 * release it after another process has closed the file, and before the kernel drops that process's locks. So the watcher looks
 * at such a name once more, at least 100 milliseconds after the last change (LaterLooks). Every link in a message is such a
 * change, for its sender and its receiver.
 *
 * A creator opens its file before the file has a name, and the kernel reports its closing under the file's number. So the
 * watcher notes the numbers of files when their names appear, and forgets them when their creators have closed the files.
 * Such a file may be without a key again, on the stage, where a producer keeps it for its next segment. So the watcher looks
 * at the stage as well.
 *
 * A step that fails may have lost what the kernel told it. So everything counts as missed from before the step asks the
 * kernel until it has done everything. After a miss, the watcher looks at all names.
 *
 * The kernel does not report the removal of a directory that is open here. So once a second the watcher checks whether the
 * directory still has a name.
 *
 * There may be no watch, because the kernel grants no more of them or the directory was removed. Then the same thread wakes
 * the waiting threads ten times a second, and looks at all names once a second. Each time it looks, it tries to get a watch
 * again.
 */

/** The one thread of a directory that watches for changes. Wakes threads that wait for a key, and collects orphans. */
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
    private final LaterLooks laterLooks = new LaterLooks();
    private final long begin = System.nanoTime();

    /** Once the worker runs, only the worker changes this. */
    private volatile @Nullable DirectoryWatch watch;
    private boolean missed = true;
    private long sweptAt;

    /** A look at a name, and the number of looks before it. */
    private record Look(String name, Supplier<Again> looking, int number, long dueNanos) {

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

    /** {@return whether the kernel reports changes to a running thread} */
    boolean isWatching() {
        return watch != null && worker.isAlive();
    }

    /** Replaces a thread that has ended. Cheap if the thread is alive. */
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
        for (String name : laterLooks.take(now())) {
            if (!lookedAtAgain.contains(name)) {
                safely(() -> reaction.released(name));
            }
        }
    }

    private void lookAtAll() {
        waiters.wakeAll();
        safely(reaction::overflowed);
    }

    /** The step of a watcher without a watch. */
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

    /** Returns the nanoseconds since this watcher began, so that two times can be compared. */
    private long now() {
        return System.nanoTime() - begin;
    }

    private int timeoutMillis() {
        long now = now();
        long nanos = SWEEP_NANOS;
        Look next = secondLooks.peek();
        if (next != null) {
            nanos = Math.min(nanos, next.dueNanos() - now);
        }
        if (!laterLooks.isEmpty()) {
            nanos = Math.min(nanos, laterLooks.nextAt() - now);
        }
        return (int) Math.max(0, TimeUnit.NANOSECONDS.toMillis(nanos + 999_999));
    }

    private void look(String key) {
        look(key, () -> reaction.released(key));
    }

    private void look(String name, Supplier<Again> looking) {
        if (!lookedAtAgain.contains(name)) {
            look(new Look(name, looking, 0, now()));
        }
    }

    private void look(Look look) {
        safely(() -> {
            Again again = look.looking().get();
            if (again == Again.LATER) {
                laterLooks.add(look.name(), now());
            } else if (again == Again.SOON && !look.isLast()) {
                secondLooks.add(look.again(now()));
                lookedAtAgain.add(look.name());
            }
        });
    }

    /** Runs work. Does not report a bad segment, or a factory that is being closed. */
    private static void safely(Runnable work) {
        try {
            work.run();
        } catch (IpcException | IllegalStateException _) {
            // The next sweep reports the cause.
        }
    }

    /** Announces a wait for a key. The waiter does not miss what appears from now on. */
    Waiters.Waiter waitFor(String key) {
        worker.ensureAlive();
        return waiters.waitFor(key);
    }

    /** Closes the watch. Called by the worker, or after it has ended. */
    private void end() {
        DirectoryWatch ended = watch;
        watch = null;
        if (ended != null) {
            ended.close();
        }
        waiters.wakeAll();
    }

    /**
     * Stops the thread and wakes all waiting threads. If a listener blocks the thread, the thread closes the watch when the
     * listener returns.
     *
     * @param nanos how long to wait for the thread at most
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
