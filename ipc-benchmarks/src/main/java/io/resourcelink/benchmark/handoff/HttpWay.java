package io.resourcelink.benchmark.handoff;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.Semaphore;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.client.RestClient;

import io.resourcelink.benchmark.Line;

/** A POST request on loopback: Spring's RestClient to the JDK's server. */
record HttpWay(String name, String label) implements Way {

    private static final String PATH = "/payload";

    @Override
    public Sender sender(Session session) {
        return new HttpSender();
    }

    @Override
    public Receiver receiver(Session session, Line line) throws IOException {
        return new HttpReceiver(session.read(), line);
    }

    private static final class HttpSender implements Sender {

        private @Nullable RestClient client;

        @Override
        public void connect(List<Long> addresses) {
            client = RestClient.create("http://127.0.0.1:" + addresses.getFirst());
        }

        @Override
        public void send(byte[] source, long sequence, List<Line> lines) {
            if (client == null) {
                throw new IllegalStateException("Not connected.");
            }
            client.post().uri(PATH).contentType(MediaType.APPLICATION_OCTET_STREAM).body(source).retrieve()
                    .toBodilessEntity();
        }

        @Override
        public void close() {}
    }

    /** Answers in the thread that serves the request, when the whole body is here and read. */
    private static final class HttpReceiver implements Receiver {

        private final HttpServer server;
        private final Semaphore answered = new Semaphore(0);

        HttpReceiver(int read, Line line) throws IOException {
            this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext(PATH, exchange -> {
                try (exchange) {
                    answer(exchange, read, line);
                } finally {
                    answered.release();
                }
            });
            server.start();
        }

        private static void answer(HttpExchange exchange, int read, Line line) throws IOException {
            long begin = System.nanoTime();
            long sum = Checksum.of(exchange.getRequestBody().readAllBytes(), read);
            long end = System.nanoTime();
            line.send(sum, end);
            exchange.sendResponseHeaders(HttpURLConnection.HTTP_NO_CONTENT, -1);
            line.send(0, end - begin);
        }

        @Override
        public long address() {
            return server.getAddress().getPort();
        }

        @Override
        public void serve(int count, Line line) throws InterruptedException {
            answered.acquire(count);
        }

        @Override
        public void await() {
            throw new UnsupportedOperationException("Requests come to the server.");
        }

        @Override
        public long read() {
            throw new UnsupportedOperationException("Requests come to the server.");
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }
}
