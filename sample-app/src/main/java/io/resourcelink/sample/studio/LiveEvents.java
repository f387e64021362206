package io.resourcelink.sample.studio;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * Sends the state to every open page, four times a second, as server-sent events. Each page has a virtual thread of its own, so a
 * page that does not read delays no other. Thread-safe.
 */
@Component
final class LiveEvents {

    private static final Logger log = LoggerFactory.getLogger(LiveEvents.class);
    private static final Duration PACE = Duration.ofMillis(250);
    private static final Long NEVER = 0L;

    private final Life life;
    private final Generator generator;
    private final Set<SseEmitter> pages = ConcurrentHashMap.newKeySet();

    LiveEvents(Life life, Generator generator) {
        this.life = life;
        this.generator = generator;
    }

    SseEmitter open() {
        SseEmitter page = new SseEmitter(NEVER);
        page.onCompletion(() -> pages.remove(page));
        page.onError(_ -> pages.remove(page));
        pages.add(page);
        Thread.ofVirtual().name("page").start(() -> send(page));
        return page;
    }

    private void send(SseEmitter page) {
        generator.viewerCame();
        try {
            while (pages.contains(page)) {
                page.send(SseEmitter.event().name("state").data(life.look(), MediaType.APPLICATION_JSON));
                Thread.sleep(PACE);
            }
        } catch (IOException | IllegalStateException e) {
            log.debug("A page is gone", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            log.warn("A page is told nothing any more", e);
            page.completeWithError(e);
        } finally {
            pages.remove(page);
            generator.viewerLeft();
        }
    }

    /** The web server waits for open responses when it stops. */
    @EventListener(ContextClosedEvent.class)
    void close() {
        List<SseEmitter> open = List.copyOf(pages);
        pages.clear();
        open.forEach(SseEmitter::complete);
    }
}
