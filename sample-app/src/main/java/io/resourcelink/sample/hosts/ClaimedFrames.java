package io.resourcelink.sample.hosts;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import jakarta.annotation.PreDestroy;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Profile;
import org.springframework.jms.annotation.JmsListener;
import org.springframework.jms.core.JmsClient;
import org.springframework.stereotype.Component;

import io.resourcelink.Content;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.claim.Claims;
import io.resourcelink.boot.messaging.IpcListener;
import io.resourcelink.channel.DestinationKind;
import io.resourcelink.claim.Claim;
import io.resourcelink.claim.ClaimOptions;
import io.resourcelink.sample.layout.Frame;
import io.resourcelink.sample.message.FrameClaimed;
import io.resourcelink.sample.message.FrameDone;
import io.resourcelink.sample.message.FrameSeen;
import io.resourcelink.sample.message.Host;

/**
 * One more subscriber of the topic of finished frames: publishes some of them as claims, sends these to both hosts by the broker, and
 * hears what came of them. A frame that both hosts have seen stays until they have seen the next one, so that pages show what is there;
 * then it is settled. While {@value #MOST} wait for both, no other is published.
 * Thread-safe.
 */
@Component
@Profile(HostsConfiguration.PROFILE)
public class ClaimedFrames {

    private static final int MOST = 8;

    private final Claims claims;
    private final JmsClient jms;
    private final ResourceLinkFactory segments;
    private final HostsProperties properties;
    private final Viewers viewers;
    private final ApplicationEventPublisher news;
    private final Map<Host, HostRecord> records = new EnumMap<>(Host.class);
    /** Until both hosts have seen them. */
    private final Map<Long, Published> waiting = new LinkedHashMap<>();
    /** The latest ones, settled or not: what is left of them in the end is removed. */
    private final Map<Long, Claim> latest = new LinkedHashMap<>();
    /** What both hosts have seen last. */
    private @Nullable Claim shown;
    private long lastNumber;
    private long next = System.nanoTime();

    ClaimedFrames(Claims claims, JmsClient jms, ResourceLinkFactory segments, HostsProperties properties,
            Viewers viewers, ApplicationEventPublisher news) {
        this.claims = claims;
        this.jms = jms;
        this.segments = segments;
        this.properties = properties;
        this.viewers = viewers;
        this.news = news;
        for (Host host : Host.values()) {
            records.put(host, new HostRecord());
        }
    }

    /**
     * A frame that was published as a claim.
     *
     * @param claim names it
     * @param inode the inode of its file
     * @param checksum of its pixels
     * @param missing the hosts that have not seen it
     */
    record Published(Claim claim, long inode, int checksum, EnumSet<Host> missing) {}

    /** Only those for which the hosts have time. */
    @IpcListener(destination = FrameDone.TOPIC, id = "claims", kind = DestinationKind.TOPIC, prefetch = "1", dropping = "true")
    void publish(FrameDone done) {
        if (System.nanoTime() - next < 0 || !hasRoom()) {
            return;
        }
        next = System.nanoTime() + properties.pause().toNanos();
        Claim claim = claims.publish(Content.of(done.frame().payload()),
                ClaimOptions.defaults().withTtl(properties.ttl()));
        Published frame = new Published(claim, inode(claim), Frame.read(done.frame().payload()).checksum(),
                EnumSet.allOf(Host.class));
        long number = add(frame);
        for (Host host : Host.values()) {
            send(FrameClaimed.QUEUE + host.label(), number, claim);
        }
    }

    private synchronized boolean hasRoom() {
        waiting.values().removeIf(frame -> Instant.now().isAfter(frame.claim().expiresAt()));
        return waiting.size() < MOST;
    }

    private synchronized long add(Published frame) {
        long number = ++lastNumber;
        waiting.put(number, frame);
        latest.put(number, frame.claim());
        latest.keySet().removeIf(old -> old <= number - 4 * MOST);
        return number;
    }

    /** The message expires before its payload does. */
    private void send(String queue, long number, Claim claim) {
        jms.destination(queue).withTimeToLive(claims.messageTtl(claim).toMillis())
                .send(new FrameClaimed(number, claim));
    }

    @JmsListener(destination = FrameSeen.QUEUE)
    void seen(FrameSeen seen) {
        Claim settled = note(seen);
        if (settled != null) {
            send(FrameClaimed.SETTLED + Host.FAR.label(), seen.number(), settled);
        }
    }

    /** {@return what is to be settled, because all hosts have seen this frame, which is shown in its place} */
    private synchronized @Nullable Claim note(FrameSeen seen) {
        Published frame = waiting.get(seen.number());
        if (frame == null || !frame.missing().remove(seen.host())) {
            return null;
        }
        record(seen.host()).add(seen, frame);
        if (seen.attempt() > 1) {
            news.publishEvent(new HostNews("Frame " + seen.number() + " came to the " + seen.host().label()
                    + " host again, because it had not been acknowledged. Its payload was still there."));
        }
        if (!frame.missing().isEmpty()) {
            return null;
        }
        waiting.remove(seen.number());
        Claim before = shown;
        shown = frame.claim();
        return before;
    }

    private HostRecord record(Host host) {
        return Objects.requireNonNull(records.get(host));
    }

    private long inode(Claim claim) {
        try {
            return (Long) Files.getAttribute(segments.directory().resolve(claim.key()), "unix:ino");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return both hosts, the near one first} */
    public synchronized List<HostView> views() {
        return records.keySet().stream().map(host -> record(host).view(viewers.presence(host))).toList();
    }

    /** {@return the latest frame that a host has seen, in small, as a PNG; empty before the first} */
    synchronized byte[] picture(Host host) {
        return record(host).picture();
    }

    /** The viewers have ended by now. */
    @PreDestroy
    synchronized void settleAll() {
        latest.values().forEach(claims::settle);
    }
}
