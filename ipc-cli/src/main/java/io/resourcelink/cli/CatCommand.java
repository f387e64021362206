package io.resourcelink.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;

/** {@code ipc cat}: writes a payload out. */
@Command(name = "cat", footer = CatCommand.EXAMPLES, description = """
        Acquires a segment, writes its payload out, and releases it.""")
final class CatCommand implements Callable<Integer> {

    static final String EXAMPLES = """

            Examples:
              ipc cat frames | hexdump -C | head
              ipc cat frames --out /var/tmp/frames.bin
            """;

    private final CommonOptions common;

    @Parameters(paramLabel = "KEY", converter = KeyArgument.class, description = "The segment's key.")
    private String key = "";

    @Option(names = "--out", paramLabel = "FILE", description = """
            Where to write, instead of standard output. A file appears under its name when it is complete, \
            and replaces one that is there.""")
    private @Nullable Path out;

    CatCommand(CommonOptions common) {
        this.common = common;
    }

    @Override
    public Integer call() throws IOException {
        Location location = common.location();
        try (var scope = new ExitScope()) {
            ResourceLinkFactory factory = location.openFor(key);
            scope.add(factory::close);
            ResourceLink link = factory.acquire(key, location.keyKind());
            if (out == null) {
                copy(link, common.streams()::print);
            } else {
                var file = new NewFile(out);
                scope.add(file::discard);
                try (OutputStream stream = file.open()) {
                    copy(link, stream::write);
                }
                file.publish();
            }
        }
        return ExitCode.OK;
    }

    private interface Sink {
        void write(byte[] bytes) throws IOException;
    }

    private static void copy(ResourceLink link, Sink sink) throws IOException {
        long size = link.payloadSize();
        for (long position = 0; position < size; position += PayloadSource.CHUNK) {
            sink.write(link.readPayload(position, (int) Math.min(PayloadSource.CHUNK, size - position)));
        }
    }
}
