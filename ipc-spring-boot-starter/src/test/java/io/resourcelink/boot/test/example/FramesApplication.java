package io.resourcelink.boot.test.example;

import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.stereotype.Component;

import io.resourcelink.ResourceLink;
import io.resourcelink.boot.messaging.IpcListener;

/** The application of the documentation's example of a test. */
@SpringBootApplication
class FramesApplication {

    record Frame(ResourceLink pixels) {}

    @Component
    static class Detector {

        @IpcListener("frames")
        int brightest(Frame frame) {
            int brightest = 0;
            for (byte pixel : frame.pixels().readPayload(0, (int) frame.pixels().payloadSize())) {
                brightest = Math.max(brightest, pixel);
            }
            return brightest;
        }
    }
}
