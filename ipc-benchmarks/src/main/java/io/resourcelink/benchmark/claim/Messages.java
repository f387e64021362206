package io.resourcelink.benchmark.claim;

import java.util.ArrayList;
import java.util.List;

import org.springframework.web.client.RestClient;

import io.resourcelink.benchmark.Figures;
import io.resourcelink.claim.Claim;

/** Has payloads sent through brokers, and waits until their listeners have read them. */
final class Messages {

    private final RestClient sender;
    private final Host near;
    private final Host far;
    private final List<Way> ways;
    private long number;

    /**
     * Prepares messages.
     *
     * @param sender the address of the sender
     * @param near the listeners on the sender's host
     * @param far those on the other one
     * @param kafka whether there is Kafka
     */
    Messages(String sender, Host near, Host far, boolean kafka) {
        this.sender = RestClient.create(sender);
        this.near = near;
        this.far = far;
        this.ways = new ArrayList<>(List.of(Way.values()));
        if (!kafka) {
            ways.remove(Way.KAFKA);
        }
    }

    /** Sends one message in each way, beginning with another one in each round. */
    void run(int round, Figures figures) throws InterruptedException {
        for (int turn = 0; turn < ways.size(); turn++) {
            Way way = ways.get(Math.floorMod(turn + round, ways.size()));
            figures.add(Receiver.MESSAGE, way.label(), Receiver.TIME, send(way));
        }
    }

    private double send(Way way) throws InterruptedException {
        Host receiver = way == Way.FAR ? far : near;
        SendingHost.Sent sent = sender.post().uri(SendingHost.MESSAGES + way + "?number=" + ++number).retrieve()
                .requiredBody(SendingHost.Sent.class);
        Inbox.Received received = receiver.inbox().next();
        if (received.sum() != sent.sum()) {
            throw new IllegalStateException("The receiver has read other bytes than were sent.");
        }
        if (sent.claim() != null) {
            receiver.claims().settle(Claim.parse(sent.claim()));
        }
        return (received.at() - sent.began()) / 1e6;
    }
}
