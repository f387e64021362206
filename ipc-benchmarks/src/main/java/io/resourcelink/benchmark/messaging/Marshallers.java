package io.resourcelink.benchmark.messaging;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;

import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;

/** What gRPC sends, as bytes: the fields one after the other, which costs no more than generated code would. */
final class Marshallers {

    static final MethodDescriptor.Marshaller<Reading> READING = of(Marshallers::encoded, Marshallers::decoded);

    static final MethodDescriptor.Marshaller<byte[]> BYTES = of(bytes -> bytes, bytes -> bytes);

    static final MethodDescriptor.Marshaller<Long> NUMBER = of(
            number -> ByteBuffer.allocate(Long.BYTES).putLong(number).array(),
            bytes -> ByteBuffer.wrap(bytes).getLong());

    private Marshallers() {}

    private static byte[] encoded(Reading reading) {
        byte[] source = reading.source().getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(3 * Long.BYTES + source.length).putLong(reading.time()).putDouble(reading.value())
                .putDouble(reading.limit()).put(source).array();
    }

    private static Reading decoded(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return new Reading(buffer.getLong(), buffer.getDouble(), buffer.getDouble(),
                new String(bytes, buffer.position(), buffer.remaining(), StandardCharsets.UTF_8));
    }

    private static <T> MethodDescriptor.Marshaller<T> of(Function<T, byte[]> encode, Function<byte[], T> decode) {
        return new MethodDescriptor.Marshaller<>() {
            @Override
            public InputStream stream(T value) {
                return new Known(encode.apply(value));
            }

            @Override
            public T parse(InputStream stream) {
                try {
                    return decode.apply(stream.readNBytes(stream.available()));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        };
    }

    /** Says how long it is, so that gRPC need not copy it to find out. */
    private static final class Known extends ByteArrayInputStream implements KnownLength {

        Known(byte[] bytes) {
            super(bytes);
        }
    }
}
