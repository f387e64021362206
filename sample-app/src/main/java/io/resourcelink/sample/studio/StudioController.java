package io.resourcelink.sample.studio;

import java.util.Map;

import org.springframework.core.io.Resource;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.collector.OrphanCollector;
import io.resourcelink.boot.resource.SegmentResource;
import io.resourcelink.segment.OrphanReport;

/** The buttons of the page, and what it looks at. */
@RestController
final class StudioController {

    private final ResourceLinkFactory segments;
    private final OrphanCollector collector;
    private final LiveEvents events;
    private final LiveView view;
    private final Generator generator;
    private final Comparison comparison;
    private final Workers workers;
    private final Holdings holdings;
    private final Journal journal;

    @SuppressWarnings("TooManyParameters")
    StudioController(ResourceLinkFactory segments, OrphanCollector collector, LiveEvents events, LiveView view,
            Generator generator, Comparison comparison, Workers workers, Holdings holdings, Journal journal) {
        this.segments = segments;
        this.collector = collector;
        this.events = events;
        this.view = view;
        this.generator = generator;
        this.comparison = comparison;
        this.workers = workers;
        this.holdings = holdings;
        this.journal = journal;
    }

    @GetMapping(path = "/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    SseEmitter events() {
        return events.open();
    }

    @GetMapping("/live/{which}.png")
    ResponseEntity<byte[]> live(@PathVariable String which) {
        LiveView.Thumbnail thumbnail = view.thumbnail();
        if (thumbnail.number() == 0) {
            return ResponseEntity.noContent().build();
        }
        return ResponseEntity.ok().contentType(MediaType.IMAGE_PNG).cacheControl(CacheControl.noStore())
                .body(which.equals("edges") ? thumbnail.edges() : thumbnail.frame());
    }

    @PutMapping("/generator")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void generate(@RequestParam boolean paused) {
        generator.paused(paused);
    }

    @PostMapping("/comparison")
    Comparison.Result compare() {
        return comparison.measure();
    }

    /** The bytes that a worker downloads to compare. */
    @GetMapping("/comparison/{key}")
    Resource compared(@PathVariable String key) {
        return new SegmentResource(segments, key);
    }

    @PostMapping("/workers")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void start() {
        workers.start();
    }

    @PostMapping("/workers/{pid}/kill")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void kill(@PathVariable long pid) {
        workers.kill(pid);
    }

    @PostMapping("/workers/{pid}/stop")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void stop(@PathVariable long pid) {
        workers.stop(pid);
    }

    @PostMapping("/held")
    Map<String, String> hold() {
        return Map.of("key", holdings.hold());
    }

    @DeleteMapping("/held/{key}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void release(@PathVariable String key) {
        holdings.release(key);
    }

    @PostMapping("/kept")
    Map<String, String> keep() {
        return Map.of("key", holdings.keep());
    }

    @PostMapping("/sweep")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void sweep() {
        OrphanReport report = collector.sweep(segments);
        journal.add("A sweep has collected " + report.collected().size() + " orphans and left "
                + report.skipped().size() + " segments alone.");
    }
}
