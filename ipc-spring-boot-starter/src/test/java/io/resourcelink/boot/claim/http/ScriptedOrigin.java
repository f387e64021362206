package io.resourcelink.boot.claim.http;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import org.jspecify.annotations.Nullable;

/** A server that sends whatever its script says. Each connection is one request. */
final class ScriptedOrigin implements AutoCloseable {

    private final ServerSocket server;
    private final Script script;
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    ScriptedOrigin(Script script) throws IOException {
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        this.script = script;
        Thread.ofVirtual().start(this::accept);
    }

    /** Sends a response. */
    interface Script {

        void answer(Request request, OutputStream out) throws IOException;
    }

    /**
     * A request.
     *
     * @param number which one, from 0
     * @param lines its first line and its headers
     */
    record Request(int number, List<String> lines) {

        boolean isHead() {
            return lines.getFirst().startsWith("HEAD ");
        }

        @Nullable
        String header(String name) {
            return lines.stream().filter(line -> line.regionMatches(true, 0, name + ": ", 0, name.length() + 2))
                    .map(line -> line.substring(name.length() + 2)).findFirst().orElse(null);
        }
    }

    static void send(OutputStream out, String status, String... headers) throws IOException {
        String head = "HTTP/1.1 " + status + "\r\nConnection: close\r\n" + String.join("\r\n", headers)
                + (headers.length == 0 ? "" : "\r\n") + "\r\n";
        out.write(head.getBytes(StandardCharsets.US_ASCII));
    }

    /** Sends the digest of a payload, as a HEAD request wants it. */
    static void sendDigest(OutputStream out, byte[] payload) throws IOException {
        send(out, "200 OK", "Content-Length: " + payload.length,
                "Repr-Digest: " + ReprDigest.format(ReprDigest.sha256().digest(payload)));
    }

    URI uri() {
        return Origins.uri(server.getLocalPort());
    }

    List<Request> requests() {
        return new ArrayList<>(requests);
    }

    /** {@return how many connections it has open} */
    int connections() {
        return open.size();
    }

    private void accept() {
        try {
            for (;;) {
                Socket socket = server.accept();
                open.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException _) {
            // It was closed.
        }
    }

    private void serve(Socket socket) {
        try (socket;
                BufferedReader in = new BufferedReader(
                        new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))) {
            List<String> lines = new ArrayList<>();
            for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
                lines.add(line);
            }
            if (!lines.isEmpty()) {
                Request request;
                synchronized (requests) {
                    request = new Request(requests.size(), lines);
                    requests.add(request);
                }
                script.answer(request, socket.getOutputStream());
            }
        } catch (IOException _) {
            // The other side has gone.
        } finally {
            open.remove(socket);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
