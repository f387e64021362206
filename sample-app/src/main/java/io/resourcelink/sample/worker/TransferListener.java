package io.resourcelink.sample.worker;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.HttpURLConnection;
import java.net.URI;

import org.springframework.stereotype.Component;

import io.resourcelink.ResourceLink;
import io.resourcelink.boot.messaging.IpcListener;
import io.resourcelink.channel.DestinationKind;
import io.resourcelink.sample.layout.Frame;
import io.resourcelink.sample.message.Transfer;

/** Reads the same bytes in two ways, to be compared: as shared memory, and over HTTP. */
@Component
final class TransferListener {

    private final Heartbeat heartbeat;
    private byte[] body = new byte[0];

    TransferListener(Heartbeat heartbeat) {
        this.heartbeat = heartbeat;
    }

    @IpcListener(destination = Transfer.QUEUE, kind = DestinationKind.QUEUE, prefetch = "64", prefetchSize = "1GB")
    long read(Transfer transfer) throws IOException {
        try (var _ = heartbeat.task()) {
            return sum(transfer);
        }
    }

    private long sum(Transfer transfer) throws IOException {
        ResourceLink segment = transfer.segment();
        if (segment != null) {
            return read(segment.payload(), transfer.reading());
        }
        URI address = transfer.address();
        if (address == null) {
            throw new IllegalArgumentException("A transfer needs a segment or an address.");
        }
        return read(MemorySegment.ofArray(download(address)), transfer.reading());
    }

    /**
     * Into an array that is used again, over a connection that is used again: the most favourable way. The listener has one thread.
     */
    private byte[] download(URI address) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) address.toURL().openConnection();
        long length = connection.getContentLengthLong();
        if (connection.getResponseCode() != HttpURLConnection.HTTP_OK || length < 0
                || length > Integer.MAX_VALUE - 8) {
            throw new IOException("The studio answered " + connection.getResponseCode() + ".");
        }
        if (body.length != length) {
            body = new byte[(int) length];
        }
        try (InputStream in = connection.getInputStream()) {
            if (in.readNBytes(body, 0, body.length) < body.length) {
                throw new IOException("The download ended early.");
            }
        }
        return body;
    }

    /** The same code for both ways. */
    private static long read(MemorySegment payload, Transfer.Reading reading) {
        Frame frame = Frame.read(payload);
        return sum(switch (reading) {
            case ALL -> frame.pixels();
            case ROW -> frame.pixels().asSlice(frame.row(frame.height() / 2), frame.row(1));
        });
    }

    private static long sum(MemorySegment bytes) {
        long sum = 0;
        long at = 0;
        for (; at + Long.BYTES <= bytes.byteSize(); at += Long.BYTES) {
            sum += bytes.get(ValueLayout.JAVA_LONG_UNALIGNED, at);
        }
        for (; at < bytes.byteSize(); at++) {
            sum += bytes.get(ValueLayout.JAVA_BYTE, at);
        }
        return sum;
    }
}
