package io.resourcelink.boot.claim.listener;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.error.SegmentNotFoundException;

/** Gives out the payloads of a factory over HTTP on loopback. It can be told to be busy for some requests. */
final class TestOrigin implements AutoCloseable {

    private final HttpServer server;
    private final ResourceLinkFactory factory;
    private final AtomicInteger busy = new AtomicInteger();
    private final AtomicInteger served = new AtomicInteger();

    TestOrigin(ResourceLinkFactory factory) throws IOException {
        this.factory = factory;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    /** {@return where it is} */
    URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** Answers the next requests with 503. */
    void beBusy(int requests) {
        busy.set(requests);
    }

    /** {@return how many requests got a payload} */
    int served() {
        return served.get();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (busy.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                exchange.sendResponseHeaders(503, -1);
                return;
            }
            try (ResourceLink link = factory.acquire(exchange.getRequestURI().getPath().substring(1))) {
                byte[] payload = link.readPayload(0, (int) link.payloadSize());
                exchange.sendResponseHeaders(200, payload.length);
                try (OutputStream body = exchange.getResponseBody()) {
                    body.write(payload);
                }
                served.incrementAndGet();
            } catch (SegmentNotFoundException _) {
                exchange.sendResponseHeaders(410, -1);
            }
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
