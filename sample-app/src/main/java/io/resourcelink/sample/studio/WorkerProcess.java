package io.resourcelink.sample.studio;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.resourcelink.sample.line.Line;
import io.resourcelink.sample.line.LineReader;

/**
 * One worker JVM and the lines exchanged with it. Thread-safe; requests of several threads are under way at once.
 *
 * <p>A worker starts, is ready, and ends; it never comes back. The end is the end of its standard output, which the kernel
 * brings about whatever happened to it; garbage in a line, or an answer that takes too long, is answered by killing it, and
 * so leads to the same end. The listening thread then marks it as ended <em>before</em> it fails the requests it finds
 * pending, and a request is put among the pending ones <em>before</em> it looks at the mark: so each either is found there
 * or sees the mark, and none waits for an answer that cannot come. Whoever is told that a worker is lost is told so after
 * the mark is set and the process is reaped: asking the same one again, or meeting what it still holds, is ruled out.
 */
final class WorkerProcess implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(WorkerProcess.class);
    private static final Duration GRACE = Duration.ofSeconds(3);

    private final Process process;
    private final Duration timeout;
    private final Consumer<WorkerProcess> onEnd;
    private final AtomicLong lastId = new AtomicLong();
    private final Map<Long, Request> pending = new ConcurrentHashMap<>();
    private final CompletableFuture<Boolean> ready = new CompletableFuture<>();
    private final CountDownLatch ended = new CountDownLatch(1);

    private WorkerProcess(Process process, Duration timeout, Consumer<WorkerProcess> onEnd) {
        this.process = process;
        this.timeout = timeout;
        this.onEnd = onEnd;
    }

    /** A worker's answer to one request: where the result is, and how long it took to get there. */
    record Answer(long id, String key, long handoffMicros, long processMicros) {}

    private record Request(long sent, CompletableFuture<Long> acquired, CompletableFuture<Line> answer) {}

    static WorkerProcess start(List<String> command, Duration timeout, Consumer<WorkerProcess> onEnd)
            throws IOException {
        Process process = new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
        WorkerProcess worker = new WorkerProcess(process, timeout, onEnd);
        Thread.ofPlatform().name("worker-" + process.pid()).daemon().start(worker::listen);
        return worker;
    }

    long pid() {
        return process.pid();
    }

    boolean isEnded() {
        return ended.getCount() == 0;
    }

    /** Whether it ever got as far as taking requests. */
    boolean wasReady() {
        return ready.isDone() && !ready.isCompletedExceptionally();
    }

    /** Has a frame worked on. The result is held by the worker until it is {@linkplain #release released}. */
    Answer process(String key) {
        await(ready);
        long id = lastId.incrementAndGet();
        Request request = new Request(System.nanoTime(), new CompletableFuture<>(), new CompletableFuture<>());
        pending.put(id, request);
        try {
            say(new Line.Work(id, key));
            return switch (await(request.answer)) {
                case Line.Done done -> new Answer(id, done.key(), (await(request.acquired) - request.sent) / 1_000,
                        done.micros());
                case Line.Failed failed -> throw new WorkerFailedException(failed);
                case Line other -> throw new IllegalStateException("Not an answer: " + other.text());
            };
        } finally {
            pending.remove(id);
        }
    }

    /** Tells the worker that its result is acquired. If it is gone, so is its hold on it. */
    void release(Answer answer) {
        try {
            say(new Line.Release(answer.id()));
        } catch (WorkerLostException e) {
            log.debug("Worker {} is gone", pid(), e);
        }
    }

    private void say(Line line) {
        if (isEnded()) {
            throw new WorkerLostException("Worker " + pid() + " has ended", null);
        }
        try {
            OutputStream in = process.getOutputStream();
            synchronized (this) {
                in.write((line.text() + "\n").getBytes(StandardCharsets.UTF_8));
                in.flush();
            }
        } catch (IOException e) {
            throw lost("does not listen", e);
        }
    }

    private <T> T await(CompletableFuture<T> answer) {
        try {
            return answer.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw new WorkerLostException("Worker " + pid() + " ended before it answered", e.getCause());
        } catch (TimeoutException e) {
            throw lost("did not answer within " + timeout, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new WorkerLostException("Interrupted while waiting for worker " + pid(), e);
        }
    }

    private WorkerLostException lost(String how, Exception cause) {
        process.destroyForcibly();
        try {
            if (!ended.await(GRACE.toNanos(), TimeUnit.NANOSECONDS)) {
                log.warn("Worker {} is killed, but its output does not end", pid());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return new WorkerLostException("Worker " + pid() + " " + how, cause);
    }

    private void listen() {
        try (InputStream out = process.getInputStream()) {
            LineReader lines = new LineReader(out);
            for (Line line = lines.next(); line != null; line = lines.next()) {
                hear(line);
            }
        } catch (IOException e) {
            log.warn("Worker {} cannot be understood and is replaced: {}", pid(), e.getMessage());
        } finally {
            end();
        }
    }

    private void hear(Line line) throws ProtocolException {
        long now = System.nanoTime();
        switch (line) {
            case Line.Ready _ -> ready.complete(true);
            case Line.Acquired(long id) -> request(id).acquired.complete(now);
            case Line.Done(long id, String _, long _) -> request(id).answer.complete(line);
            case Line.Failed(long id, Line.Reason _, String _) -> request(id).answer.complete(line);
            default -> throw new ProtocolException("This is not for a studio: " + line.text());
        }
    }

    private Request request(long id) throws ProtocolException {
        Request request = pending.get(id);
        if (request == null) {
            throw new ProtocolException("Nobody asked request " + id + ".");
        }
        return request;
    }

    private void end() {
        process.destroyForcibly();
        // Once it is reaped the kernel has let go of all it held, and what nobody else holds can be collected.
        hasExited();
        ended.countDown();
        WorkerLostException lost = new WorkerLostException("Worker " + pid() + " has ended", null);
        ready.completeExceptionally(lost);
        for (Request request : pending.values()) {
            request.acquired.completeExceptionally(lost);
            request.answer.completeExceptionally(lost);
        }
        onEnd.accept(this);
    }

    private boolean hasExited() {
        try {
            return process.waitFor(GRACE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Ends the worker in its own way, by ending its input; or in ours, if it does not take the hint. */
    @Override
    public void close() {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            log.debug("Worker {} is gone", pid(), e);
        }
        if (!hasExited()) {
            process.destroyForcibly();
        }
    }
}
