package io.resourcelink.benchmark.claim;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.springframework.http.client.SimpleClientHttpRequestFactory;
import org.springframework.web.client.RestClient;

import io.resourcelink.ResourceLink;
import io.resourcelink.benchmark.Figures;
import io.resourcelink.boot.claim.Claims;
import io.resourcelink.claim.Claim;

/** Gets a payload from the sender's web server: as the response of a controller, and by its claim. */
final class Downloads {

    private final RestClient sender;
    private final RestClient simple;
    private final Claims claims;
    private final Claims second;
    private final Path file;
    private final int bytes;

    /**
     * Prepares downloads.
     *
     * @param sender the address of the sender
     * @param far an application of another host
     * @param second another application of that host
     * @param directory a directory in that host's memory
     * @param bytes how large the payload is
     */
    Downloads(String sender, Host far, Host second, Path directory, int bytes) {
        this.sender = RestClient.create(sender);
        this.simple = RestClient.builder().baseUrl(sender).requestFactory(new SimpleClientHttpRequestFactory()).build();
        this.claims = far.claims();
        this.second = second.claims();
        this.file = directory.resolve("download");
        this.bytes = bytes;
    }

    /** Does all of it, beginning elsewhere in each round. */
    void run(int round, Figures figures) throws IOException {
        List<Step> steps = List.of(() -> add(figures, Receiver.REST, download(sender)),
                () -> add(figures, Receiver.REST_SIMPLE, download(simple)), () -> open(figures));
        for (int turn = 0; turn < steps.size(); turn++) {
            steps.get(Math.floorMod(turn + round, steps.size())).run();
        }
    }

    private interface Step {

        void run() throws IOException;
    }

    private static void add(Figures figures, String way, double millis) {
        figures.add(Receiver.DOWNLOAD, way, Receiver.TIME, millis);
    }

    private double download(RestClient client) throws IOException {
        long begin = System.nanoTime();
        client.get().uri(SendingHost.FILE).exchangeForRequiredValue(
                (_, response) -> Files.copy(response.getBody(), file));
        double millis = (System.nanoTime() - begin) / 1e6;
        ensureComplete(Files.size(file));
        Files.delete(file);
        return millis;
    }

    private void open(Figures figures) {
        Claim claim = Claim.parse(sender.post().uri(SendingHost.PAYLOADS).retrieve().requiredBody(String.class));
        add(figures, Receiver.FIRST, open(claims, claim));
        add(figures, Receiver.SECOND, open(second, claim));
        claims.settle(claim);
    }

    private double open(Claims opening, Claim claim) {
        long begin = System.nanoTime();
        try (ResourceLink link = opening.open(claim)) {
            double millis = (System.nanoTime() - begin) / 1e6;
            ensureComplete(link.payloadSize());
            return millis;
        }
    }

    private void ensureComplete(long received) {
        if (received != bytes) {
            throw new IllegalStateException("Only " + received + " of " + bytes + " bytes are here.");
        }
    }
}
