package io.resourcelink.internal.os;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/*
 * A connection would tell the process as well (SO_PEERCRED). But it wakes that process, is counted there as a disconnect, fills a
 * place in the queue of connections, and shows 0 for a process in another pid namespace that is not below this one. So only
 * /proc is read, and the other process notices nothing. /proc/<pid>/net/unix has the listening sockets of the process's network
 * namespace with their inodes, and /proc/<pid>/fd has the inodes of the process's sockets. Reading these of another user's
 * process needs CAP_SYS_PTRACE, which root on the host has; it sees the processes in containers, too.
 *
 * /proc/net/unix does not escape names, so another process could forge a line with the name of a socket that is not its own. It
 * could then take part in the look, but not hide the process that has the socket: the result is "unknown" if there are two.
 */

/** Finds the processes that have listening sockets, as {@link PacketSocket} makes them, without disturbing them. */
public final class ListeningSockets {

    /** {@code __SO_ACCEPTCON}, the flag of a socket that listens, and {@code SOCK_SEQPACKET}, as proc_net(5) shows them. */
    private static final String LISTENS = "00010000";
    private static final String PACKETS = "0005";
    private static final int FIELDS = 8;
    private static final String SOCKET = "socket:[";

    private final Set<String> names;
    private final Set<Path> namespaces = new HashSet<>();
    private final Map<Long, String> sockets = new HashMap<>();
    private final Map<Long, RunningProcess> owners = new HashMap<>();

    private ListeningSockets(Set<String> names) {
        this.names = names;
    }

    /**
     * Looks into all processes, once. This takes some tenths of a millisecond for each process.
     *
     * @param proc where the proc file system is mounted
     * @param names names of sockets, each unique on this machine
     * @return the process of each name; without those that this process may not see
     * @throws IOException if the proc file system is not mounted there
     */
    public static Map<String, RunningProcess> processes(Path proc, Set<String> names) throws IOException {
        ListeningSockets found = new ListeningSockets(names);
        if (!names.isEmpty()) {
            RunningProcess.all(proc).forEach(found::look);
        }
        return found.byName();
    }

    private void look(RunningProcess process) {
        try {
            Path namespace = Files.readSymbolicLink(process.directory().resolve("ns/net"));
            if (!namespaces.contains(namespace)) {
                readSockets(process.directory().resolve("net/unix"));
                namespaces.add(namespace);
            }
            readDescriptors(process);
        } catch (IOException | UncheckedIOException | DirectoryIteratorException _) {
            // It has ended, or this process may not look into it.
        }
    }

    private void readSockets(Path table) throws IOException {
        try (Stream<String> lines = Files.lines(table, StandardCharsets.ISO_8859_1)) {
            lines.map(line -> line.split("\\s+", FIELDS)).filter(fields -> fields.length == FIELDS
                    && fields[3].equals(LISTENS) && fields[4].equals(PACKETS) && fields[6].matches("\\d{1,18}"))
                    .forEach(fields -> {
                        String name = fields[7].substring(fields[7].lastIndexOf('/') + 1);
                        if (names.contains(name)) {
                            sockets.put(Long.valueOf(fields[6]), name);
                        }
                    });
        }
    }

    /** While a process starts another one, both have its descriptors for a moment. The older one usually has the lower id. */
    private void readDescriptors(RunningProcess process) throws IOException {
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.directory().resolve("fd"))) {
            for (Path descriptor : descriptors) {
                Long inode = socket(descriptor);
                if (inode != null && sockets.containsKey(inode)) {
                    owners.putIfAbsent(inode, process);
                }
            }
        }
    }

    private static @Nullable Long socket(Path descriptor) {
        try {
            String target = Files.readSymbolicLink(descriptor).toString();
            return target.startsWith(SOCKET) && target.endsWith("]")
                    ? Long.valueOf(target.substring(SOCKET.length(), target.length() - 1))
                    : null;
        } catch (IOException | NumberFormatException _) {
            return null;
        }
    }

    private Map<String, RunningProcess> byName() {
        Map<String, RunningProcess> processes = new HashMap<>();
        Set<String> ambiguous = new HashSet<>();
        owners.forEach((inode, process) -> {
            String name = sockets.get(inode);
            RunningProcess other = processes.put(name, process);
            if (other != null && !other.equals(process)) {
                ambiguous.add(name);
            }
        });
        processes.keySet().removeAll(ambiguous);
        return processes;
    }
}
