package io.resourcelink.internal.wire;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

import io.resourcelink.error.MessageException;

/**
 * The form of headers in a frame: one after the other, without a count. All numbers are big-endian.
 *
 * <pre>
 *   | name length 2 | name, UTF-8 | type 1 | value |
 * </pre>
 *
 * <p>A text is its length (4) and UTF-8. Big numbers are texts. So each value comes back with the class that it had.
 */
public final class HeaderFormat {

    private static final byte[] NONE = {};

    private HeaderFormat() {}

    /** {@return whether a value can be a header: a string, a boolean, or a number of {@code java.lang} or {@code java.math}} */
    public static boolean isValue(Object value) {
        return switch (value) {
            case String _,Boolean _,Byte _,Short _,Integer _,Long _,Float _,Double _ -> true;
            default -> value.getClass() == BigInteger.class || value.getClass() == BigDecimal.class;
        };
    }

    /**
     * Encodes headers.
     *
     * @throws MessageException if one has a value that cannot be a header, or they are too long
     */
    public static byte[] encode(Map<String, ?> headers) {
        if (headers.isEmpty()) {
            return NONE;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try (DataOutputStream to = new DataOutputStream(bytes)) {
            for (Map.Entry<String, ?> header : headers.entrySet()) {
                byte[] name = header.getKey().getBytes(StandardCharsets.UTF_8);
                to.writeShort(checked(name.length, Short.MAX_VALUE));
                to.write(name);
                value(to, header.getKey(), header.getValue());
            }
        } catch (IOException e) {
            throw new AssertionError("The heap does no input or output.", e);
        }
        checked(bytes.size(), Frame.MAX_HEADERS);
        return bytes.toByteArray();
    }

    private static int checked(int length, int most) {
        if (length > most) {
            throw new MessageException("The headers of a message have " + length + " bytes; at most " + most
                    + " are possible. Put large values into the message itself.", null);
        }
        return length;
    }

    private static void value(DataOutputStream to, String name, Object value) throws IOException {
        switch (value) {
            case String text -> text(to, 1, text);
            case Boolean truth -> to.writeShort(type(2) + (truth ? 1 : 0));
            case Byte number -> to.writeShort(type(3) + (number & 0xFF));
            case Short number -> {
                to.writeByte(4);
                to.writeShort(number);
            }
            case Integer number -> {
                to.writeByte(5);
                to.writeInt(number);
            }
            case Long number -> {
                to.writeByte(6);
                to.writeLong(number);
            }
            case Float number -> {
                to.writeByte(7);
                to.writeFloat(number);
            }
            case Double number -> {
                to.writeByte(8);
                to.writeDouble(number);
            }
            case BigInteger number when isValue(number) -> text(to, 9, number.toString());
            case BigDecimal number when isValue(number) -> text(to, 10, number.toString());
            default -> throw new MessageException("Header \"" + name + "\" is a " + value.getClass().getName()
                    + ". Headers are strings, booleans, and numbers of java.lang and java.math.", null);
        }
    }

    /** A type and a value of one byte, as one number of two bytes. */
    private static int type(int type) {
        return type << 8;
    }

    private static void text(DataOutputStream to, int type, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        to.writeByte(type);
        to.writeInt(bytes.length);
        to.write(bytes);
    }

    /**
     * Decodes headers.
     *
     * @return the headers in their order, unmodifiable
     * @throws MessageException if they are not in this form
     */
    public static Map<String, Object> decode(byte[] headers) {
        if (headers.length == 0) {
            return Map.of();
        }
        Map<String, Object> decoded = new LinkedHashMap<>();
        try (DataInputStream from = new DataInputStream(new ByteArrayInputStream(headers))) {
            while (from.available() > 0) {
                String name = text(from, from.readUnsignedShort());
                decoded.put(name, value(from, from.readByte()));
            }
        } catch (IOException | NumberFormatException e) {
            throw new MessageException("The headers of a message cannot be read: " + e.getMessage(), e);
        }
        return Collections.unmodifiableMap(decoded);
    }

    private static Object value(DataInputStream from, int type) throws IOException {
        return switch (type) {
            case 1 -> text(from, from.readInt());
            case 2 -> from.readByte() != 0;
            case 3 -> from.readByte();
            case 4 -> from.readShort();
            case 5 -> from.readInt();
            case 6 -> from.readLong();
            case 7 -> from.readFloat();
            case 8 -> from.readDouble();
            case 9 -> new BigInteger(text(from, from.readInt()));
            case 10 -> new BigDecimal(text(from, from.readInt()));
            default -> throw new IOException("a value of type " + type);
        };
    }

    private static String text(DataInputStream from, int length) throws IOException {
        if (length < 0 || length > from.available()) {
            throw new IOException("a text of " + length + " bytes where " + from.available() + " are left");
        }
        return new String(from.readNBytes(length), StandardCharsets.UTF_8);
    }
}
