package io.resourcelink.sample.viewer;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.ValueLayout;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jms.annotation.JmsListener;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.SendTo;
import org.springframework.stereotype.Component;

import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.claim.Claims;
import io.resourcelink.boot.claim.http.HttpClaimFetcher;
import io.resourcelink.sample.layout.Frame;
import io.resourcelink.sample.message.FrameClaimed;
import io.resourcelink.sample.message.FrameOpened;
import io.resourcelink.sample.message.FrameSeen;
import io.resourcelink.sample.message.Host;
import io.resourcelink.sample.picture.Png;
import io.resourcelink.sample.picture.Shrink;

/** Looks at frames. Nothing in here knows whether a frame is near or far. */
@Component
final class FrameViewer {

    private static final int PAGE = 4096;
    private static final int WIDTH = 320;

    private final Claims claims;
    private final ResourceLinkFactory segments;
    private final ObjectProvider<HttpClaimFetcher> fetcher;
    private final ApplicationEventPublisher events;
    private final Host host;

    FrameViewer(Claims claims, ResourceLinkFactory segments, ObjectProvider<HttpClaimFetcher> fetcher,
            ApplicationEventPublisher events, @Value("${viewer.host}") Host host) {
        this.claims = claims;
        this.segments = segments;
        this.fetcher = fetcher;
        this.events = events;
        this.host = host;
    }

    /** The message is acknowledged when this has returned and its reply was sent. A viewer that is killed before gives it to the next. */
    @JmsListener(destination = FrameClaimed.QUEUE + "${viewer.host}")
    @SendTo(FrameSeen.QUEUE)
    FrameSeen see(FrameClaimed message, @Header("JMSXDeliveryCount") int attempt) throws IOException {
        long before = fetchedSoFar();
        long start = System.nanoTime();
        try (ResourceLink link = claims.open(message.frame())) {
            long touched = touch(link);
            double micros = (System.nanoTime() - start) / 1e3;
            long fetched = fetchedSoFar() - before;
            events.publishEvent(new FrameOpened(link, fetched));
            Frame frame = Frame.read(link.payload());
            return new FrameSeen(host, ProcessHandle.current().pid(), message.number(), attempt, micros, touched,
                    fetched, segments.directory().resolve(link.key()).toString(),
                    Mappings.inode(link.payload()), frame.checksum(), png(frame));
        }
    }

    /** Both hosts have seen it. This removes the replica here, and asks the origin to remove the payload there. */
    @JmsListener(destination = FrameClaimed.SETTLED + "${viewer.host}")
    void settle(FrameClaimed message) {
        claims.settle(message.frame());
    }

    private long fetchedSoFar() {
        HttpClaimFetcher http = fetcher.getIfAvailable();
        return http == null ? 0 : http.statistics().bytes();
    }

    private static long touch(ResourceLink link) {
        long sum = 0;
        for (long at = 0; at < link.payloadSize(); at += PAGE) {
            sum += link.payload().get(ValueLayout.JAVA_BYTE, at);
        }
        return sum;
    }

    private static byte[] png(Frame frame) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Png.write(frame, WIDTH, Shrink.MEAN, out);
        return out.toByteArray();
    }
}
