package io.resourcelink.internal.wire;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.RequestException;
import io.resourcelink.error.RequestException.Reason;

/** The form of a failure in a reply: headers with the reason, the class, the code and the text. */
final class RequestFailures {

    private static final String REASON = "reason";
    private static final String TYPE = "type";
    private static final String CODE = "code";
    private static final String TEXT = "text";

    /** Keeps the headers within their limit: there are three texts, and a character has three bytes at most. */
    private static final int LONGEST = Frame.MAX_HEADERS / 10;

    private RequestFailures() {}

    static byte[] encode(RequestException failure) {
        Map<String, Object> headers = new LinkedHashMap<>();
        headers.put(REASON, failure.reason().name());
        headers.put(TYPE, cut(failure.type()));
        if (failure.code() != null) {
            headers.put(CODE, cut(failure.code()));
        }
        headers.put(TEXT, cut(String.valueOf(failure.getMessage())));
        return HeaderFormat.encode(headers);
    }

    private static String cut(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
    }

    /** Reads a failure, of which anything may be missing or unknown. */
    static RequestException decode(Map<String, Object> headers) {
        return new RequestException(reason(text(headers, REASON)), orEmpty(text(headers, TYPE)), text(headers, CODE),
                orEmpty(text(headers, TEXT)));
    }

    private static Reason reason(@Nullable String name) {
        for (Reason reason : Reason.values()) {
            if (reason.name().equals(name)) {
                return reason;
            }
        }
        return Reason.FAILED;
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    private static @Nullable String text(Map<String, Object> headers, String name) {
        return headers.get(name) instanceof String text ? text : null;
    }
}
