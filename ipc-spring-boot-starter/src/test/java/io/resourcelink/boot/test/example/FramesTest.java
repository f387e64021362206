package io.resourcelink.boot.test.example;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.test.annotation.DirtiesContext;

import io.resourcelink.Content;
import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.messaging.IpcTemplate;
import io.resourcelink.boot.test.autoconfigure.AutoConfigureIpc;
import io.resourcelink.boot.test.example.FramesApplication.Frame;

import static org.assertj.core.api.Assertions.assertThat;

/** An application's test. It is in the documentation from {@code @SpringBootTest} on, word for word. */
@Tag("slow")
@DirtiesContext
@SpringBootTest
@AutoConfigureIpc
class FramesTest {

    @Test
    void theBrightestPixelIsFound(@Autowired ResourceLinkFactory segments, @Autowired IpcTemplate template) {
        try (ResourceLink pixels = segments.publish(Content.of(new byte[]{ 1, 9, 3 }))) {
            assertThat(template.convertSendAndReceive("frames", new Frame(pixels), Integer.class)).isEqualTo(9);
        }
    }
}
