package io.resourcelink.internal.os;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/** The structures of recvmsg(2) and cmsg(3), by literal offsets. */
class PacketTest {

    @SuppressWarnings("restricted")
    private static MemorySegment whole(MemorySegment header, long size) {
        return MemorySegment.ofAddress(header.address()).reinterpret(size);
    }

    @Test
    void describesWhatIsSentAsTheKernelReadsIt() {
        Pipe pipe = Pipe.open();
        try (Packet packet = new Packet(); OpenFile reading = pipe.reading(); OpenFile writing = pipe.writing()) {
            MemorySegment header = packet.outgoing(10, List.of(reading, writing, reading));
            assertThat(header.byteSize()).isEqualTo(56);
            assertThat(header.get(ValueLayout.JAVA_LONG, 0)).as("msg_name").isZero();
            MemorySegment iovec = whole(header.get(ValueLayout.ADDRESS, 16), 16);
            assertThat(iovec.get(ValueLayout.ADDRESS, 0)).isEqualTo(MemorySegment.ofAddress(packet.data().address()));
            assertThat(iovec.get(ValueLayout.JAVA_LONG, 8)).isEqualTo(10);
            assertThat(header.get(ValueLayout.JAVA_LONG, 24)).as("msg_iovlen").isOne();
            assertThat(header.get(ValueLayout.JAVA_LONG, 40)).as("msg_controllen").isEqualTo(32);
            MemorySegment control = whole(header.get(ValueLayout.ADDRESS, 32), 32);
            assertThat(control.get(ValueLayout.JAVA_LONG, 0)).as("cmsg_len").isEqualTo(28);
            assertThat(control.get(ValueLayout.JAVA_INT, 8)).as("SOL_SOCKET").isOne();
            assertThat(control.get(ValueLayout.JAVA_INT, 12)).as("SCM_RIGHTS").isOne();
            assertThat(control.asSlice(16, 12).toArray(ValueLayout.JAVA_INT)).containsExactly(reading.fd(),
                    writing.fd(),
                    reading.fd());
            assertThat(packet.outgoing(10, List.of()).get(ValueLayout.JAVA_LONG, 40)).isZero();
        }
    }

    @Test
    void findsDescriptorsAndTheKernelsFlags() {
        try (Packet packet = new Packet()) {
            MemorySegment header = packet.incoming();
            MemorySegment control = whole(header.get(ValueLayout.ADDRESS, 32), 64);
            long room = header.get(ValueLayout.JAVA_LONG, 40);
            assertThat(room).as("for one descriptor more than can come").isEqualTo(16 + 4 * 254);
            // Credentials, which nobody has asked for, and then two descriptors that do not exist.
            control.copyFrom(MemorySegment.ofArray(new long[]{ 28, 0x0000_0002_0000_0001L, 1, 2, 24,
                0x0000_0001_0000_0001L, 0x7FFF_FFFE_7FFF_FFFDL, 0 }));
            header.set(ValueLayout.JAVA_LONG, 40, 56);
            assertThat(packet.descriptors(null)).extracting(OpenFile::fd).containsExactly(0x7FFF_FFFD, 0x7FFF_FFFE);
            header.set(ValueLayout.JAVA_LONG, 40, 0);
            assertThat(packet.descriptors(null)).isEmpty();
            assertThat(packet.lacksDescriptors()).isFalse();
            assertThat(packet.isTruncated()).isFalse();
            header.set(ValueLayout.JAVA_INT, 48, 0x8);
            assertThat(packet.lacksDescriptors()).isTrue();
            header.set(ValueLayout.JAVA_INT, 48, 0x20);
            assertThat(packet.isTruncated()).isTrue();
            packet.incoming();
            assertThat(packet.lacksDescriptors() || packet.isTruncated()).as("left from the packet before").isFalse();
        }
    }

    @Test
    void isClosedOnceAndForAll() {
        Packet packet = new Packet();
        MemorySegment data = packet.data();
        packet.close();
        packet.close();
        assertThatIllegalStateException().isThrownBy(() -> data.get(ValueLayout.JAVA_BYTE, 0));
    }
}
