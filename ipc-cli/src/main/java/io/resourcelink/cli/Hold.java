package io.resourcelink.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How long a command keeps its references. Signals end it at any time, see {@link ExitScope}. */
final class Hold {

    @Option(names = "--hold", paramLabel = "DURATION", converter = TimeSpan.class, description = """
            How long to hold, as in 500ms, 30s, 5m, 2h, 1d, 1h30m.
            Default: until standard input ends, which is at once under cron, systemd or nohup.""")
    private @Nullable Duration duration;

    boolean untilInputEnds() {
        return duration == null;
    }

    void await(InputStream in) throws IOException {
        if (duration == null) {
            in.transferTo(OutputStream.nullOutputStream());
            return;
        }
        try {
            Thread.sleep(duration);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
