package io.resourcelink.boot.messaging.autoconfigure;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.IntStream;

import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.Headers;
import org.springframework.messaging.handler.annotation.Payload;
import org.springframework.messaging.handler.annotation.SendTo;

import io.resourcelink.boot.TestDirectories;
import io.resourcelink.boot.messaging.IpcListener;
import io.resourcelink.boot.messaging.IpcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/** Applications that send, and that listen to texts and requests. */
abstract class MessagingFixture {

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    ApplicationContextRunner runner() {
        return directories.messaging();
    }

    static IpcTemplate template(ApplicationContext context) {
        return context.getBean(IpcTemplate.class);
    }

    record Point(int x, int y) {}

    static class Texts {

        final BlockingQueue<String> received = new LinkedBlockingQueue<>();

        @IpcListener("${texts:texts}")
        void text(@Payload String text, @Header(required = false) Integer number,
                @Headers Map<String, Object> headers, Message<String> message) {
            assertThat(message.getPayload()).isEqualTo(text);
            received.add(text + ' ' + number + ' ' + headers.get("loud"));
        }
    }

    static class Answers {

        @IpcListener("quotients")
        int quotient(int[] numbers) {
            return numbers[0] / numbers[1];
        }

        @IpcListener("points")
        List<Point> points(int count) {
            return IntStream.range(0, count).mapToObj(at -> new Point(at, at)).toList();
        }

        @IpcListener("silent")
        void silent(String text) {}

        @IpcListener("shouts")
        @SendTo("${texts:texts}")
        String shout(String text) {
            return text.toUpperCase(Locale.ROOT);
        }
    }
}
