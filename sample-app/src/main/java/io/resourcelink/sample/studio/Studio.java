package io.resourcelink.sample.studio;

import java.io.IOException;
import java.io.InputStream;
import java.util.UUID;

import org.springframework.stereotype.Service;

import io.resourcelink.Content;
import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.sample.layout.EdgeMap;
import io.resourcelink.sample.layout.Frame;
import io.resourcelink.sample.picture.Picture;

/**
 * Makes frames of pictures. This is where the library is used: create a segment, fill it, pass on its key, acquire the
 * segment that comes back.
 */
@Service
final class Studio {

    private final ResourceLinkFactory links;
    private final WorkerSupervisor workers;
    private final Gallery gallery;
    private final long maxPixels;

    Studio(ResourceLinkFactory links, WorkerSupervisor workers, Gallery gallery, StudioProperties properties) {
        this.links = links;
        this.workers = workers;
        this.gallery = gallery;
        this.maxPixels = properties.maxPixels();
    }

    /** Decodes an upload into a segment, has its edges found and adds both to the gallery. A failure leaves nothing. */
    FrameView add(String name, InputStream upload) throws IOException {
        String id = UUID.randomUUID().toString().substring(0, 8);
        long start = System.nanoTime();
        ResourceLink frame = decode("frame-" + id, upload);
        try {
            long decodeMicros = (System.nanoTime() - start) / 1_000;
            return add(id, name, frame, decodeMicros);
        } catch (RuntimeException | Error e) {
            frame.close();
            throw e;
        }
    }

    private ResourceLink decode(String key, InputStream upload) throws IOException {
        try (Picture picture = Picture.open(upload, maxPixels)) {
            int width = picture.width();
            int height = picture.height();
            return links.publish(key, Content.filling(Frame.bytes(width, height, picture.format()),
                    payload -> picture.decode(Frame.create(payload, width, height, picture.format()))));
        }
    }

    private FrameView add(String id, String name, ResourceLink link, long decodeMicros) {
        WorkerSupervisor.Result result = workers.process(link.key());
        try {
            Frame frame = Frame.read(link.payload());
            EdgeMap edges = EdgeMap.read(result.link().payload());
            FrameView view = new FrameView(id, name, link.key(), frame.width(), frame.height(), link.payloadSize(),
                    decodeMicros, result.handoffMicros(), result.processMicros(), result.workerPid(),
                    edges.histogram(), "/frames/" + id + ".png", "/frames/" + id + "/edges.png");
            gallery.add(new StoredFrame(view, link, result.link()));
            return view;
        } catch (RuntimeException | Error e) {
            result.link().close();
            throw e;
        }
    }
}
