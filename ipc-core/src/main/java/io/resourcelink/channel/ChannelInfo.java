package io.resourcelink.channel;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.resourcelink.internal.os.Platform;
import io.resourcelink.internal.os.RunningProcess;
import io.resourcelink.internal.wire.ChannelListing;
import io.resourcelink.internal.wire.Kind;

/**
 * A name in a directory of channels, as of one look: a destination that is served, or a channel that serves none. A channel with
 * several destinations appears once for each, and a destination that several processes serve once for each of them. A process that waits
 * until it can serve a destination (a stand-by) cannot be seen: at most its channel appears, without that destination.
 *
 * <p>Later versions may add components. Read them by their accessors; the constructor is for tests.
 *
 * @param destination the destination, {@code null} if the channel serves none
 * @param kind how the destination is served, {@code null} if the channel serves none
 * @param address the name of the channel's socket in the directory, 16 hexadecimal digits
 * @param since when the name was made
 * @param alive whether a process has the channel; also true if this process may not find that out. If not, the process has died,
 * and the next process that opens a channel in the directory removes the name
 * @param pid the id of the process, 0 if it is not alive or cannot be seen from here
 * @param process the name of the process: {@code spring.application.name} if it is on the command line, else the jar file or the main
 * class of a Java process, else the name of the command; empty if the process cannot be seen from here. The process itself chooses
 * it, so it may contain any character
 */
public record ChannelInfo(@Nullable String destination, @Nullable DestinationKind kind, String address, Instant since,
        boolean alive, long pid, String process) {

    private static final Comparator<ChannelInfo> BY_NAME = Comparator
            .comparing(ChannelInfo::destination, Comparator.nullsLast(Comparator.naturalOrder()))
            .thenComparing(ChannelInfo::address);

    /**
     * Lists what is in a directory of channels: first the destinations by name, then the channels that serve none. Changes nothing,
     * makes no connection, and no other process notices it. To find the processes, it looks into all processes of the machine,
     * which takes some tenths of a millisecond for each. The processes of other users and of other containers can be seen as root
     * on the host only.
     *
     * @param directory the directory of channels
     * @return what is there, empty if there is no such directory
     * @throws io.resourcelink.error.PermissionException if this process may not read the directory
     * @throws IllegalCallerException if native access is not allowed
     * @throws UnsupportedOperationException on any system but Linux on x86-64 or aarch64, and in a GraalVM native image
     */
    public static List<ChannelInfo> list(Path directory) {
        Platform.check();
        ChannelListing listing = ChannelListing.of(directory);
        Map<String, RunningProcess> processes = listing.processes();
        return listing.entries().stream().map(entry -> of(entry, processes.get(entry.address()))).sorted(BY_NAME)
                .toList();
    }

    private static ChannelInfo of(ChannelListing.Entry entry, @Nullable RunningProcess process) {
        return new ChannelInfo(entry.destination(), kind(entry.kind()), entry.address(), entry.since(), entry.alive(),
                process == null ? 0 : process.pid(), process == null ? "" : process.name());
    }

    private static @Nullable DestinationKind kind(@Nullable Kind kind) {
        return switch (kind) {
            case null -> null;
            case SINGLE -> DestinationKind.SINGLE;
            case QUEUE -> DestinationKind.QUEUE;
            case TOPIC -> DestinationKind.TOPIC;
        };
    }
}
