package io.resourcelink.channel;

import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The name of a one-shot server: the channel's address, and the number that only who was told it knows. */
record ServerName(String address, long number) {

    private static final Pattern TEXT = Pattern.compile("([0-9a-f]{16})-([0-9a-f]{16})");

    static boolean isOne(String text) {
        return TEXT.matcher(text).matches();
    }

    static String text(String address, long number) {
        return address + "-" + HexFormat.of().toHexDigits(number);
    }

    static ServerName parse(String text) {
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException("\"" + text + "\" is no name of a one-shot server; those are given by"
                    + " OneShotServer.name().");
        }
        return new ServerName(parts.group(1), HexFormat.fromHexDigitsToLong(parts.group(2)));
    }
}
