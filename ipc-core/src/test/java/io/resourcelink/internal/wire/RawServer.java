package io.resourcelink.internal.wire;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;

import io.resourcelink.Deadline;
import io.resourcelink.internal.os.Directory;
import io.resourcelink.internal.os.PacketSocket;

/** A receiving process that follows no protocol: it listens, and its connections say what a test says. */
public final class RawServer implements AutoCloseable {

    /** The number of its only subchannel. */
    public static final long SUBCHANNEL = 7;

    /** Its address. */
    public static final String ADDRESS = "00000000000000aa";

    private final Path socket;
    private final PacketSocket listening;

    /** Listens in a directory of channels. */
    public RawServer(Path path, Directory directory) {
        this.socket = path.resolve(ADDRESS);
        this.listening = Objects.requireNonNull(PacketSocket.listen(directory, ADDRESS));
    }

    /** {@return the name by which channels connect to it} */
    public String name() {
        return ServerName.text(ADDRESS, 5);
    }

    /** Takes the next connection, says hello, and grants the sender that is asked for. */
    public RawPeer grant(Allowance credits) throws Frame.Malformed {
        return grant(credits, Directories.UNKNOWN);
    }

    /** The same, and says where its segments are. */
    public RawPeer grant(Allowance credits, Directories directories) throws Frame.Malformed {
        AtomicReference<@Nullable PacketSocket> accepted = new AtomicReference<>();
        Deadline.awaitTrue("a channel connects", () -> {
            accepted.set(listening.accept());
            return accepted.get() != null;
        });
        RawPeer peer = new RawPeer(Objects.requireNonNull(accepted.get()));
        peer.send(Frame.Hello.ours(directories));
        grantNext(peer, credits);
        return peer;
    }

    /** Grants one more sender on a connection. */
    public static void grantNext(RawPeer peer, Allowance credits) throws Frame.Malformed {
        peer.send(new Frame.Granted(SUBCHANNEL, peer.next(Frame.Redeem.class).ticket(), credits));
    }

    @Override
    public void close() throws IOException {
        listening.close();
        Files.deleteIfExists(socket);
    }
}
