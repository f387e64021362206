package io.resourcelink.benchmark.claim;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.springframework.http.client.SimpleClientHttpRequestFactory;
import org.springframework.web.client.RestClient;

import io.resourcelink.ResourceLink;
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
    void run(int round, Rounds rounds) throws IOException {
        List<Step> steps = List.of(() -> add(rounds, Receiver.REST, download(sender)),
                () -> add(rounds, Receiver.REST_SIMPLE, download(simple)), () -> open(rounds));
        for (int turn = 0; turn < steps.size(); turn++) {
            steps.get(Math.floorMod(turn + round, steps.size())).run();
        }
    }

    private interface Step {

        void run() throws IOException;
    }

    private static void add(Rounds rounds, String way, double millis) {
        rounds.add(Receiver.DOWNLOAD, way, Receiver.TIME, millis);
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

    private void open(Rounds rounds) {
        Claim claim = Claim.parse(sender.post().uri(SendingHost.PAYLOADS).retrieve().requiredBody(String.class));
        add(rounds, Receiver.FIRST, open(claims, claim));
        add(rounds, Receiver.SECOND, open(second, claim));
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
