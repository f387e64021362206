package io.resourcelink.sample.studio;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

import jakarta.servlet.http.HttpServletResponse;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RequestPart;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MultipartFile;
import org.springframework.web.server.ResponseStatusException;

import io.resourcelink.ResourceLink;
import io.resourcelink.sample.layout.EdgeMap;
import io.resourcelink.sample.layout.Frame;
import io.resourcelink.sample.picture.Png;
import io.resourcelink.sample.picture.Shrink;

/** Frames over HTTP. */
@RestController
@RequestMapping("/frames")
final class FrameController {

    /** Wider than any frame: where no width is asked for, a PNG is as wide as its frame. */
    private static final String AS_IT_IS = "2147483647";

    private final Studio studio;
    private final Gallery gallery;

    FrameController(Studio studio, Gallery gallery) {
        this.studio = studio;
        this.gallery = gallery;
    }

    @PostMapping(consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
    ResponseEntity<FrameView> add(@RequestPart MultipartFile file) throws IOException {
        try (InputStream upload = file.getInputStream()) {
            FrameView frame = studio.add(Objects.requireNonNullElse(file.getOriginalFilename(), ""), upload);
            return ResponseEntity.created(URI.create("/frames/" + frame.id())).body(frame);
        }
    }

    @GetMapping
    List<FrameView> list() {
        return gallery.views();
    }

    @GetMapping("/{id}")
    FrameView get(@PathVariable String id) {
        return gallery.view(id).orElseThrow(() -> unknown(id));
    }

    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void letGo(@PathVariable String id) {
        if (!gallery.letGo(id)) {
            throw unknown(id);
        }
    }

    @GetMapping("/{id}.png")
    void image(@PathVariable String id, @RequestParam(defaultValue = AS_IT_IS) int width, HttpServletResponse response)
            throws IOException {
        try (ResourceLink link = hold(id, StoredFrame::frame)) {
            send(Frame.read(link.payload()), width, Shrink.MEAN, response);
        }
    }

    @GetMapping("/{id}/edges.png")
    void edges(@PathVariable String id, @RequestParam(defaultValue = AS_IT_IS) int width, HttpServletResponse response)
            throws IOException {
        try (ResourceLink link = hold(id, StoredFrame::edges)) {
            send(EdgeMap.read(link.payload()).picture(), width, Shrink.STRONGEST, response);
        }
    }

    private ResourceLink hold(String id, Function<StoredFrame, ResourceLink> which) {
        return gallery.hold(id, which).orElseThrow(() -> unknown(id));
    }

    /** Encodes while it sends: a picture of any size leaves through two rows on the heap. */
    private static void send(Frame frame, int width, Shrink how, HttpServletResponse response) throws IOException {
        if (width < 1) {
            throw new ResponseStatusException(HttpStatus.BAD_REQUEST, "A picture is at least one pixel wide.");
        }
        response.setContentType(MediaType.IMAGE_PNG_VALUE);
        response.setHeader(HttpHeaders.CACHE_CONTROL,
                CacheControl.maxAge(Duration.ofHours(1)).cachePrivate().immutable().getHeaderValue());
        Png.write(frame, width, how, response.getOutputStream());
    }

    private static ResponseStatusException unknown(String id) {
        return new ResponseStatusException(HttpStatus.NOT_FOUND, "There is no frame \"" + id + "\".");
    }
}
