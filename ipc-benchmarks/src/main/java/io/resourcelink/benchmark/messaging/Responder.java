package io.resourcelink.benchmark.messaging;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.resourcelink.benchmark.Line;

/** The process that answers: opens its half of every way, says where it is, and closes all of them at the end. */
final class Responder {

    private Responder() {}

    /** Arguments: the plan, the path of the line to the process that asks, and a directory in shared memory. */
    public static void main(String[] arguments) throws Exception {
        Path parent = Path.of(arguments[2]);
        List<Server> servers = new ArrayList<>();
        try (Line line = Line.connect(Path.of(arguments[1]))) {
            for (Way way : Plan.of(arguments[0]).ways()) {
                Server server = way.server(Files.createDirectory(directory(parent, way)));
                servers.add(server);
                line.send(server.address(), 0);
            }
            line.receive();
        } finally {
            servers.forEach(Server::close);
        }
        // Threads of the ways may go on for a while.
        System.exit(0);
    }

    /** {@return the directory of a way} Its path is short because the paths of sockets may not be long. */
    static Path directory(Path parent, Way way) {
        return parent.resolve(String.valueOf(Ways.ALL.indexOf(way)));
    }
}
