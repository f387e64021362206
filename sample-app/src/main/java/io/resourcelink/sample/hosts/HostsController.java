package io.resourcelink.sample.hosts;

import org.springframework.context.annotation.Profile;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

import io.resourcelink.sample.message.Host;

/** What the page looks at and asks for, with two hosts. */
@RestController
@RequestMapping("/hosts")
@Profile(HostsConfiguration.PROFILE)
final class HostsController {

    private final ClaimedFrames frames;
    private final Viewers viewers;

    HostsController(ClaimedFrames frames, Viewers viewers) {
        this.frames = frames;
        this.viewers = viewers;
    }

    @GetMapping("/{host}.png")
    ResponseEntity<byte[]> picture(@PathVariable Host host) {
        byte[] picture = frames.picture(host);
        return picture.length == 0
                ? ResponseEntity.noContent().build()
                : ResponseEntity.ok().contentType(MediaType.IMAGE_PNG).cacheControl(CacheControl.noStore())
                        .body(picture);
    }

    @PostMapping("/{host}/kill")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void kill(@PathVariable Host host) {
        if (!viewers.kill(host)) {
            throw new ResponseStatusException(HttpStatus.CONFLICT,
                    "The " + host.label() + " host has no viewer that is ready.");
        }
    }
}
