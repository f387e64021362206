package io.resourcelink.sample.worker;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

import org.springframework.stereotype.Component;

import io.resourcelink.ResourceLink;
import io.resourcelink.boot.messaging.IpcListener;
import io.resourcelink.channel.DestinationKind;
import io.resourcelink.sample.message.Transfer;

/** Gets at the same bytes in two ways, to be compared: as shared memory, and over HTTP. */
@Component
final class TransferListener {

    private static final int PAGE = 4096;

    private final Heartbeat heartbeat;
    private final HttpClient http = HttpClient.newHttpClient();
    private byte[] body = new byte[0];

    TransferListener(Heartbeat heartbeat) {
        this.heartbeat = heartbeat;
    }

    @IpcListener(destination = Transfer.QUEUE, kind = DestinationKind.QUEUE, prefetch = "64", prefetchSize = "1GB")
    long touch(Transfer transfer) throws IOException, InterruptedException {
        try (var _ = heartbeat.task()) {
            return sum(transfer);
        }
    }

    private long sum(Transfer transfer) throws IOException, InterruptedException {
        ResourceLink segment = transfer.segment();
        if (segment != null) {
            return sum(segment.payload());
        }
        URI address = transfer.address();
        if (address == null) {
            throw new IllegalArgumentException("A transfer needs a segment or an address.");
        }
        return sum(MemorySegment.ofArray(download(address)));
    }

    /** Into an array that is used again, which is the most favourable way. The listener has one thread. */
    private byte[] download(URI address) throws IOException, InterruptedException {
        HttpResponse<InputStream> response = http.send(HttpRequest.newBuilder(address).build(),
                HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream in = response.body()) {
            long length = response.headers().firstValueAsLong("Content-Length").orElse(-1);
            if (response.statusCode() != 200 || length < 0 || length > Integer.MAX_VALUE - 8) {
                throw new IOException("The studio answered " + response.statusCode() + ".");
            }
            if (body.length != length) {
                body = new byte[(int) length];
            }
            if (in.readNBytes(body, 0, body.length) < body.length) {
                throw new IOException("The download ended early.");
            }
            return body;
        }
    }

    private static long sum(MemorySegment bytes) {
        long sum = 0;
        for (long at = 0; at < bytes.byteSize(); at += PAGE) {
            sum += bytes.get(ValueLayout.JAVA_BYTE, at);
        }
        return sum;
    }
}
