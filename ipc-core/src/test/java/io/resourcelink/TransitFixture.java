package io.resourcelink;

import java.nio.file.Path;
import java.util.Objects;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

import io.resourcelink.internal.os.CallFrame;
import io.resourcelink.internal.os.Descriptors;
import io.resourcelink.internal.os.Directory;
import io.resourcelink.internal.os.Directory.Access;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.internal.store.TransitReference;
import io.resourcelink.segment.ResourceKind;

/**
 * Two factories on one directory, which stand for two processes: locks belong to descriptions, so the kernel does not know the
 * difference. A second descriptor of a description stands for the one in the socket.
 */
abstract class TransitFixture {

    static final byte[] CONTENT = { 1, 2, 3, 4 };

    final CallFrame frame = new CallFrame();
    Path directory;
    ResourceLinkFactory sender;
    ResourceLinkFactory receiver;
    ResourceLink link;

    @BeforeEach
    void open(Path directory) {
        this.directory = directory;
        sender = factory(directory);
        receiver = factory(directory);
        link = sender.create("key", 4);
        link.writePayload(CONTENT);
    }

    static ResourceLinkFactory factory(Path directory) {
        return ResourceLinkFactory.builder().directory(directory).mappedFileDirectory(directory.resolve("mapped"))
                .build();
    }

    @AfterEach
    void close() {
        sender.close();
        receiver.close();
        frame.close();
    }

    /** Sends: the socket gets a descriptor of its own, and the sender drops his. */
    TransitReference<ResourceLink> sent(ResourceLink sent) {
        return sent(sent, sent.key());
    }

    TransitReference<ResourceLink> sent(ResourceLink sent, String key) {
        try (TransitReference<ResourceLink> transit = Transits.of(sent)) {
            return received(key, Descriptors.duplicate(transit.file()));
        }
    }

    TransitReference<ResourceLink> received(String key, OpenFile file) {
        return Transits.received(receiver, key, ResourceKind.SHARED_MEMORY, file);
    }

    OpenFile file(String name) throws Exception {
        return file(directory, name);
    }

    OpenFile file(Path parent, String name) throws Exception {
        try (Directory opened = Directory.open(parent, 0700)) {
            return Objects.requireNonNull(opened.open(frame, name, Access.LOOK));
        }
    }
}
