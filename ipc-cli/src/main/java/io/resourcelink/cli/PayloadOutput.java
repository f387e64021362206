package io.resourcelink.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

import io.resourcelink.ResourceLink;

/** Where a command writes a payload. */
final class PayloadOutput {

    @Option(names = "--out", paramLabel = "FILE", description = """
            Where to write, instead of standard output. A file appears under its name when it is complete, \
            and replaces one that is there.""")
    private @Nullable Path out;

    private interface Sink {
        void write(byte[] bytes) throws IOException;
    }

    /**
     * Writes a payload.
     *
     * @param link whose
     * @param streams of the command
     * @param scope removes an incomplete file
     */
    void write(ResourceLink link, StandardStreams streams, ExitScope scope) throws IOException {
        if (out == null) {
            copy(link, streams::print);
            return;
        }
        var file = new NewFile(out);
        scope.add(file::discard);
        try (OutputStream stream = file.open()) {
            copy(link, stream::write);
        }
        file.publish();
    }

    private static void copy(ResourceLink link, Sink sink) throws IOException {
        long size = link.payloadSize();
        for (long position = 0; position < size; position += PayloadSource.CHUNK) {
            sink.write(link.readPayload(position, (int) Math.min(PayloadSource.CHUNK, size - position)));
        }
    }
}
