package io.resourcelink.sample.studio;

import java.net.URI;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

import io.resourcelink.sample.message.FrameOpened;
import io.resourcelink.sample.message.FramesWanted;
import io.resourcelink.sample.message.Host;

/**
 * The other one of two studios. The second studio takes the frames that come from the first one, and asks it for them as long as somebody
 * looks at its page. The first one draws them then, though its own page may be closed. Without the profile {@code two-hosts} neither
 * happens. Thread-safe.
 */
@Component
final class OtherHost implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(OtherHost.class);

    private final Generator generator;
    private final ApplicationEventPublisher events;
    private final Journal journal;
    private final @Nullable URI from;
    private final @Nullable ScheduledExecutorService timer;
    private final AtomicLong frames = new AtomicLong();
    private final AtomicLong fetched = new AtomicLong();

    OtherHost(Generator generator, ApplicationEventPublisher events, Journal journal,
            StudioProperties properties) {
        this.generator = generator;
        this.events = events;
        this.journal = journal;
        this.from = properties.framesFrom();
        this.timer = from == null ? null : startAsking();
    }

    /**
     * What came here.
     *
     * @param from the page of the studio that has sent it
     * @param frames how many
     * @param fetched bytes that were fetched for them
     */
    record Arrivals(URI from, long frames, long fetched) {}

    @Nullable
    Arrivals arrivals() {
        return from == null ? null : new Arrivals(from, frames.get(), fetched.get());
    }

    @EventListener
    void came(FrameOpened opened) {
        if (frames.incrementAndGet() == 1) {
            journal.add("The first frame has come as a claim; " + (opened.fetched() == 0
                    ? "this host had fetched it already."
                    : opened.fetched() + " bytes were fetched for it from " + from + "."));
        }
        fetched.addAndGet(opened.fetched());
        generator.take(opened.frame());
    }

    @EventListener
    void wanted(FramesWanted wanted) {
        if (from == null) {
            generator.wantedFor(FramesWanted.LASTS);
        }
    }

    private ScheduledExecutorService startAsking() {
        ScheduledExecutorService asking = Executors
                .newSingleThreadScheduledExecutor(Thread.ofPlatform().name("wanted").daemon().factory());
        long pace = FramesWanted.PACE.toMillis();
        var _ = asking.scheduleWithFixedDelay(this::ask, pace, pace, TimeUnit.MILLISECONDS);
        return asking;
    }

    /** A timer's task that throws would not run again. */
    private void ask() {
        if (generator.hasViewers()) {
            try {
                events.publishEvent(new FramesWanted(Host.FAR));
            } catch (Throwable e) {
                log.debug("The first studio is not asked for frames", e);
            }
        }
    }

    @Override
    public void close() {
        if (timer != null) {
            timer.shutdownNow();
        }
    }
}
