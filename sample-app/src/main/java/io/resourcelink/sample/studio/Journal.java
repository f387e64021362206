package io.resourcelink.sample.studio;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

import io.resourcelink.sample.hosts.HostNews;

/** What has happened lately, in sentences for the page. Thread-safe. */
@Component
final class Journal {

    private static final Logger log = LoggerFactory.getLogger(Journal.class);
    private static final int LATEST = 12;

    private final Deque<Entry> entries = new ArrayDeque<>();
    private long lastId;

    /**
     * One sentence.
     *
     * @param id counts up
     * @param text the sentence
     */
    record Entry(long id, String text) {}

    synchronized void add(String text) {
        log.info("{}", text);
        entries.addFirst(new Entry(++lastId, text));
        if (entries.size() > LATEST) {
            entries.removeLast();
        }
    }

    @EventListener
    void add(HostNews news) {
        add(news.text());
    }

    /** The latest first. */
    synchronized List<Entry> latest() {
        return List.copyOf(entries);
    }
}
