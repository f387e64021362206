package io.resourcelink.sample.studio;

import java.util.Map;

import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Tasks for readers by key. */
@RestController
@RequestMapping("/readers")
final class ReaderController {

    private final Readers readers;

    ReaderController(Readers readers) {
        this.readers = readers;
    }

    @PostMapping("/next")
    Readers.Task next() {
        return readers.next();
    }

    @PostMapping("/{resultKey}/done")
    Map<String, Double> done(@PathVariable String resultKey) {
        return Map.of("mean", readers.done(resultKey));
    }
}
