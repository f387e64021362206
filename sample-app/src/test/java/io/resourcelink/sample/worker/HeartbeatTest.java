package io.resourcelink.sample.worker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import io.resourcelink.boot.messaging.IpcSendOptions;
import io.resourcelink.boot.messaging.IpcTemplate;
import io.resourcelink.channel.Channel;

import static org.assertj.core.api.Assertions.assertThat;

class HeartbeatTest {

    /** One that fails, whatever it is told. */
    private static final class Failing extends IpcTemplate {

        private final CountDownLatch beats = new CountDownLatch(3);

        Failing(Channel channel) {
            super(channel);
        }

        @Override
        public void convertAndSend(String destination, Object payload, IpcSendOptions options) {
            beats.countDown();
            if (beats.getCount() == 2) {
                throw new OutOfMemoryError("by the test");
            }
            throw new IllegalStateException("by the test");
        }
    }

    /** Otherwise the studio would take the worker for dead and end it. */
    @Test
    void itGoesOnWhateverABeatEndsWith() throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory(Path.of("/dev/shm"), "sample-");
        try (Channel channel = Channel.builder().directory(directory).open();
                Failing template = new Failing(channel);
                Heartbeat heartbeat = new Heartbeat(template)) {
            heartbeat.start();
            assertThat(template.beats.await(30, TimeUnit.SECONDS)).as("three beats").isTrue();
        }
        Files.delete(directory);
    }
}
