package io.resourcelink.internal.os;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

import io.resourcelink.error.OsException;
import io.resourcelink.internal.os.PacketSocket.Received;
import io.resourcelink.internal.os.PacketSocket.Sent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Two connected sockets, and what is to be closed after the test. */
abstract class PacketSocketFixture {

    final Packet outgoing = new Packet();
    final Packet incoming = new Packet();
    final List<AutoCloseable> opened = new ArrayList<>();
    PacketSocket here = pair().getFirst();
    PacketSocket there = here;

    @BeforeEach
    void open() {
        List<PacketSocket> pair = pair();
        here = pair.getFirst();
        there = pair.getLast();
    }

    @AfterEach
    void close() throws Exception {
        outgoing.close();
        incoming.close();
        for (AutoCloseable what : opened) {
            what.close();
        }
    }

    List<PacketSocket> pair() {
        List<PacketSocket> pair = PacketPair.open();
        opened.addAll(pair);
        return pair;
    }

    Sent send(PacketSocket socket, String text, List<OpenFile> descriptors) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        MemorySegment.copy(bytes, 0, outgoing.data(), ValueLayout.JAVA_BYTE, 0, bytes.length);
        return socket.send(outgoing, bytes.length, descriptors);
    }

    Sent send(PacketSocket socket, String text) {
        return send(socket, text, List.of());
    }

    String text(Received received) {
        assertThat(received).isInstanceOf(Received.Arrived.class);
        Received.Arrived arrived = (Received.Arrived) received;
        opened.addAll(arrived.descriptors());
        return new String(incoming.data().asSlice(0, arrived.length()).toArray(ValueLayout.JAVA_BYTE),
                StandardCharsets.US_ASCII);
    }

    void assertReceived(PacketSocket socket, String text) {
        assertThat(text(socket.receive(incoming, null))).isEqualTo(text);
    }

    static void assertErrno(int errno, String call, Runnable operation) {
        assertThatExceptionOfType(OsException.class).isThrownBy(operation::run).satisfies(e -> {
            assertThat(e.errno()).isEqualTo(errno);
            assertThat(e.call()).isEqualTo(call);
        });
    }
}
