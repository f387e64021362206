package io.resourcelink.sample.studio;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Profile;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.messaging.MessagingException;
import org.springframework.stereotype.Component;

import io.resourcelink.Content;
import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.sample.layout.Frame;
import io.resourcelink.sample.layout.PixelFormat;
import io.resourcelink.sample.picture.Scene;
import io.resourcelink.segment.ResourceLinkInfo;

/**
 * Sends many large frames through the workers and kills one of them again and again; then says what became of the frames, and
 * what is left in the directory. Runs once, with the profile {@code load}, and ends the application.
 */
@Component
@Profile("load")
final class LoadRun {

    private static final Logger log = LoggerFactory.getLogger(LoadRun.class);
    private static final int WIDTH = 1920;
    private static final int HEIGHT = 1080;
    private static final int UNDER_WAY = 6;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration UNTIL_SEEN = Duration.ofSeconds(10);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(20);

    private final ResourceLinkFactory segments;
    private final EdgeFinding edgeFinding;
    private final Workers workers;
    private final int frames;
    private final int killEvery;
    private final int expected;
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicInteger lost = new AtomicInteger();
    private int kills;

    LoadRun(ResourceLinkFactory segments, EdgeFinding edgeFinding, Workers workers, StudioProperties properties,
            Environment environment) {
        this.expected = properties.workers();
        this.segments = segments;
        this.edgeFinding = edgeFinding;
        this.workers = workers;
        this.frames = environment.getProperty("load.frames", Integer.class, 3000);
        this.killEvery = environment.getProperty("load.kill-every", Integer.class, 100);
    }

    @EventListener
    void start(ApplicationReadyEvent event) {
        ConfigurableApplicationContext studio = event.getApplicationContext();
        Thread.ofPlatform().name("load").start(() -> {
            int code = 1;
            try {
                code = run() ? 0 : 1;
            } catch (InterruptedException e) {
                log.warn("The load was interrupted", e);
            } catch (RefusedException e) {
                log.error("The load is given up: {}", e.getMessage());
            } finally {
                int exit = code;
                System.exit(SpringApplication.exit(studio, () -> exit));
            }
        });
    }

    private boolean run() throws InterruptedException {
        awaitAll();
        long start = System.nanoTime();
        try (ExecutorService requests = Executors.newVirtualThreadPerTaskExecutor()) {
            Semaphore room = new Semaphore(UNDER_WAY);
            for (int i = 0; i < frames; i++) {
                room.acquire();
                if (i > 0 && i % killEvery == 0) {
                    killOne();
                }
                ResourceLink frame = draw(i);
                requests.execute(() -> {
                    try (frame) {
                        edgeFinding.find(frame).edges().close();
                        answered.incrementAndGet();
                    } catch (MessagingException e) {
                        log.warn("{} is lost: {}", frame.key(), e.getMessage());
                        lost.incrementAndGet();
                    } finally {
                        room.release();
                    }
                });
            }
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        workers.close();
        int left = awaitNothingLeft();
        long bytes = Frame.bytes(WIDTH, HEIGHT, PixelFormat.RGB);
        System.out.printf(Locale.ROOT,
                "%d frames of %.1f MB: %d answered, %d lost; %d workers killed; %.0f s, %.0f frames/s, %.0f MB/s;"
                        + " %d segments left.%n",
                frames, bytes / 1e6, answered.get(), lost.get(), kills, seconds, frames / seconds,
                frames / seconds * bytes / 1e6, left);
        return answered.get() == frames && left == 0;
    }

    /** Waits for this process's own listeners, which still see the last frames, and returns how many segments are left. */
    private int awaitNothingLeft() throws InterruptedException {
        long end = System.nanoTime() + UNTIL_SEEN.toNanos();
        while (true) {
            segments.collectOrphans(Duration.ZERO);
            List<ResourceLinkInfo> left = segments.list();
            if (left.isEmpty()) {
                return 0;
            }
            if (System.nanoTime() - end > 0) {
                log.warn("What is left: {}", left);
                return left.size();
            }
            Thread.sleep(BETWEEN_LOOKS);
        }
    }

    private ResourceLink draw(int number) {
        return segments.publish("load-" + number, Content.filling(Frame.bytes(WIDTH, HEIGHT, PixelFormat.RGB),
                payload -> Scene.draw(Frame.create(payload, WIDTH, HEIGHT, PixelFormat.RGB), number / 30.0)));
    }

    /** Waits until all are ready, so that the next kill hits one of three. */
    private void killOne() throws InterruptedException {
        List<Worker> ready = awaitAll();
        workers.kill(ready.get(kills % ready.size()).pid());
        kills++;
    }

    private List<Worker> awaitAll() throws InterruptedException {
        return workers.awaitReady(expected, PATIENCE);
    }
}
