package io.resourcelink.boot.messaging.processes;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.MessageDeliveryException;

import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.messaging.IpcRequestException;
import io.resourcelink.boot.messaging.IpcSendOptions;
import io.resourcelink.boot.messaging.IpcTemplate;
import io.resourcelink.boot.messaging.ListenerGoneException;
import io.resourcelink.channel.ChannelListener;
import io.resourcelink.channel.UnhandledMessages;

/**
 * Sends frames from several threads until it is told to stop or a frame is not accepted. Some threads send messages, and now and
 * then a request. The others send requests. The frames of thread 2 have numbers from 2,000,000 on.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
class CameraApplication {

    static final int FRAMES_OF_A_THREAD = 1_000_000;

    static void main(String[] arguments) throws Exception {
        SpringApplication application = new SpringApplication(CameraApplication.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        try (ConfigurableApplicationContext context = application.run(arguments)) {
            Camera camera = context.getBean(Camera.class);
            camera.start();
            while (System.in.read() != '\n') {
                // The test writes one line.
            }
            camera.stop();
            while (System.in.read() >= 0) {
                // What was sent may come back as not handled until the test closes the input.
            }
        }
    }

    @Bean
    Journal journal(@Value("${test.journal}") Path path) throws IOException {
        return new Journal(path);
    }

    @Bean
    ChannelListener unhandledMessages(Journal journal) {
        return new ChannelListener() {
            @Override
            public void unhandled(UnhandledMessages messages) {
                journal.write("unhandled", messages.receiver(), messages.peer(), messages.first(), messages.last(),
                        messages.known());
            }
        };
    }

    @Bean
    Camera camera(IpcTemplate template, ResourceLinkFactory segments, Journal journal, CameraSettings settings) {
        return new Camera(template, segments, journal, settings);
    }

    /**
     * What the test asks for.
     *
     * @param threads how many threads send messages, and now and then a request
     * @param destinations the number of their destinations; each thread sends to one
     * @param requesters how many more threads send requests
     * @param bytes the size of a frame
     * @param ages whether some frames may only be as old as a millisecond
     * @param again whether a request is sent again if its listener's process has ended
     */
    record CameraSettings(int threads, int destinations, int requesters, int bytes, boolean ages,
            boolean again) {}

    @Bean
    CameraSettings settings(@Value("${test.threads:3}") int threads, @Value("${test.destinations:1}") int destinations,
            @Value("${test.requesters:2}") int requesters, @Value("${test.bytes:100}") int bytes,
            @Value("${test.ages:false}") boolean ages, @Value("${test.again:false}") boolean again) {
        return new CameraSettings(threads, destinations, requesters, bytes, ages, again);
    }

    /** The threads, and what each does. */
    static final class Camera {

        private final IpcTemplate template;
        private final ResourceLinkFactory segments;
        private final Journal journal;
        private final CameraSettings settings;
        private final List<Thread> threads = new ArrayList<>();
        private volatile boolean stopped;

        private Camera(IpcTemplate template, ResourceLinkFactory segments, Journal journal, CameraSettings settings) {
            this.template = template;
            this.segments = segments;
            this.journal = journal;
            this.settings = settings;
        }

        private void start() {
            for (int number = 0; number < settings.threads() + settings.requesters(); number++) {
                int first = number * FRAMES_OF_A_THREAD;
                boolean requests = number >= settings.threads();
                String destination = requests ? "requests" : "frames." + number % settings.destinations();
                threads.add(Thread.ofPlatform().start(() -> sendAll(destination, first, requests ? 1 : 64)));
            }
        }

        private void stop() throws InterruptedException {
            stopped = true;
            for (Thread thread : threads) {
                thread.join();
            }
            journal.write("stopped");
        }

        private void sendAll(String destination, int first, int requestInterval) {
            try {
                boolean accepted = true;
                for (int id = first; accepted && !stopped; id++) {
                    accepted = (id + 1) % requestInterval == 0
                            ? request(destination, id)
                            : send(destination, id);
                }
            } catch (Throwable e) {
                journal.write("error", e);
            }
        }

        private IpcSendOptions options(int id) {
            IpcSendOptions options = IpcSendOptions.DEFAULT.handingOver();
            return settings.ages() && id % 8 > 5 ? options.maxAge(Duration.ofMillis(1)) : options;
        }

        private boolean send(String destination, int id) {
            try {
                template.convertAndSend(destination, Frame.publish(segments, id, settings.bytes()), options(id));
                journal.write("sent", id);
                return true;
            } catch (MessageDeliveryException e) {
                journal.write("refused", id, e);
                return false;
            }
        }

        private boolean request(String destination, int id) {
            for (;;) {
                try {
                    Integer reply = template.convertSendAndReceive(destination,
                            Frame.publish(segments, id, settings.bytes()), Integer.class,
                            options(id));
                    journal.write("answered", id, String.valueOf(reply));
                    return true;
                } catch (MessageDeliveryException e) {
                    journal.write("refused", id, e);
                    return false;
                } catch (IpcRequestException e) {
                    journal.write("failed", id, e.getClass().getSimpleName());
                    if (!settings.again() || !(e instanceof ListenerGoneException)) {
                        return true;
                    }
                }
            }
        }
    }
}
