package io.resourcelink.internal.wire;

import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a server: what a one-shot server is connected to by, and what a destination stands for.
 *
 * @param address the address of its channel
 * @param number the number of the server in that channel; only processes that were told it can connect
 */
public record ServerName(String address, long number) {

    private static final Pattern TEXT = Pattern.compile("([0-9a-f]{16})-([0-9a-f]{16})");

    /** {@return whether a text has the form of such a name} */
    public static boolean isOne(String text) {
        return TEXT.matcher(text).matches();
    }

    /** {@return the name as a text} */
    public static String text(String address, long number) {
        return address + "-" + HexFormat.of().toHexDigits(number);
    }

    /**
     * Reads a name.
     *
     * @throws IllegalArgumentException if the text is not such a name
     */
    public static ServerName parse(String text) {
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is not the name of a one-shot server. OneShotServer.name() gives"
                            + " such names.");
        }
        return new ServerName(parts.group(1), HexFormat.fromHexDigitsToLong(parts.group(2)));
    }
}
