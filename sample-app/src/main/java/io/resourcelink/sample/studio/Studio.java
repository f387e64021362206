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
import io.resourcelink.sample.message.EdgesFound;
import io.resourcelink.sample.picture.Picture;

/**
 * Makes frames of pictures. This is where the library is used: create a segment, fill it, send a link to it, take over the
 * link that comes back.
 */
@Service
final class Studio {

    private final ResourceLinkFactory links;
    private final EdgeFinding edgeFinding;
    private final Gallery gallery;
    private final long maxPixels;

    Studio(ResourceLinkFactory links, EdgeFinding edgeFinding, Gallery gallery, StudioProperties properties) {
        this.links = links;
        this.edgeFinding = edgeFinding;
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
        long sent = System.nanoTime();
        EdgesFound found = edgeFinding.find(link);
        long thereAndBack = (System.nanoTime() - sent) / 1_000;
        try {
            Frame frame = Frame.read(link.payload());
            EdgeMap edges = EdgeMap.read(found.edges().payload());
            FrameView view = new FrameView(id, name, link.key(), frame.width(), frame.height(), link.payloadSize(),
                    decodeMicros, Math.max(0, thereAndBack - found.micros()), found.micros(), found.workerPid(),
                    edges.histogram(), "/frames/" + id + ".png", "/frames/" + id + "/edges.png");
            gallery.add(new StoredFrame(view, link, found.edges()));
            return view;
        } catch (RuntimeException | Error e) {
            found.edges().close();
            throw e;
        }
    }
}
