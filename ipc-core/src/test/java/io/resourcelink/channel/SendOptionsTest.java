package io.resourcelink.channel;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** How a message is sent. */
class SendOptionsTest {

    @Test
    void headersKeepTheirOrder() {
        Map<String, Object> headers = new LinkedHashMap<>();
        IntStream.range(0, 20).forEach(i -> headers.put("header " + (7 * i % 20), i));
        SendOptions options = SendOptions.DEFAULT.headers(headers).handingOver();
        headers.clear();
        assertThat(options.headers().values()).containsExactly(IntStream.range(0, 20).boxed().toArray());
    }
}
