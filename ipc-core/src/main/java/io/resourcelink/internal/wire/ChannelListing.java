package io.resourcelink.internal.wire;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import io.resourcelink.internal.os.CallFrame;
import io.resourcelink.internal.os.Directory;
import io.resourcelink.internal.os.FileStatus;
import io.resourcelink.internal.os.ListeningSockets;
import io.resourcelink.internal.os.RunningProcess;
import io.resourcelink.internal.os.Subdirectory;
import io.resourcelink.internal.os.SymbolicLink;

/** What one look at a directory of channels finds. The look changes nothing, and no process notices it. */
public final class ChannelListing {

    private static final Path PROC = Path.of("/proc");

    private final List<Entry> entries = new ArrayList<>();

    /**
     * A destination, or a channel without one.
     *
     * @param destination the destination, {@code null} if the channel serves none
     * @param kind how the destination is served, {@code null} if the channel serves none
     * @param address the address of the channel
     * @param since when the name was made
     * @param alive whether a process has the channel
     */
    public record Entry(@Nullable String destination, @Nullable Kind kind, String address, Instant since,
            boolean alive) {}

    private ChannelListing() {}

    /**
     * Looks into a directory.
     *
     * @param path the directory
     * @return what is there; nothing if there is no directory
     */
    public static ChannelListing of(Path path) {
        ChannelListing listing = new ChannelListing();
        try (Directory directory = Directory.openExisting(path)) {
            if (directory != null) {
                listing.read(directory);
            }
        }
        return listing;
    }

    private void read(Directory directory) {
        List<String> names;
        List<String> shared;
        try (CallFrame frame = new CallFrame()) {
            names = directory.names(frame);
            shared = Subdirectory.names(frame, directory);
        }
        Set<String> serving = new HashSet<>();
        for (String name : names) {
            String address = served(directory, name);
            if (address != null) {
                serving.add(address);
                add(directory, name, name.substring(Rendezvous.MARK.length()), address);
            }
        }
        for (String name : shared) {
            if (name.startsWith(Rendezvous.MARK)) {
                readEntries(directory, name, serving);
            }
        }
        for (String name : names) {
            if (!serving.contains(name) && isSocket(directory, name)) {
                add(directory, name, null, name);
            }
        }
    }

    /** {@return the channel that a destination stands for, {@code null} if the name is not one of a destination} */
    private static @Nullable String served(Directory directory, String name) {
        if (!name.startsWith(Rendezvous.MARK)) {
            return null;
        }
        try (CallFrame frame = new CallFrame()) {
            String target = SymbolicLink.read(frame, directory, name);
            return target == null || !ServerName.isOne(target) ? null : ServerName.parse(target).address();
        }
    }

    /** Reads who serves a destination together with others. */
    private void readEntries(Directory root, String name, Set<String> serving) {
        try (CallFrame frame = new CallFrame(); Directory directory = Subdirectory.open(frame, root, name)) {
            if (directory == null) {
                return;
            }
            for (String nonce : directory.names(frame)) {
                Entries.Found found = Entries.read(directory, nonce);
                Instant since = found == null ? null : directory.modified(frame, nonce);
                if (found != null && since != null) {
                    String address = found.entry().server().address();
                    serving.add(address);
                    entries.add(
                            new Entry(name.substring(Rendezvous.MARK.length()), found.entry().kind(), address, since,
                                    found.alive()));
                }
            }
        }
    }

    private static boolean isSocket(Directory directory, String name) {
        try (CallFrame frame = new CallFrame()) {
            FileStatus status = Frame.ADDRESS.matcher(name).matches() ? directory.status(frame, name) : null;
            return status != null && status.isSocket();
        }
    }

    private void add(Directory directory, String name, @Nullable String destination, String address) {
        try (CallFrame frame = new CallFrame()) {
            Instant since = directory.modified(frame, name);
            if (since != null) {
                Kind kind = destination == null ? null : Kind.SINGLE;
                entries.add(
                        new Entry(destination, kind, address, since, !Rendezvous.isGone(frame, directory, address)));
            }
        }
    }

    /** {@return what was found, in no order} */
    public List<Entry> entries() {
        return entries;
    }

    /** {@return the processes of the channels that are alive, by address, as far as this process may see them} */
    public Map<String, RunningProcess> processes() {
        Set<String> living = entries.stream().filter(Entry::alive).map(Entry::address).collect(Collectors.toSet());
        try {
            return ListeningSockets.processes(PROC, living);
        } catch (IOException _) {
            return Map.of();
        }
    }
}
