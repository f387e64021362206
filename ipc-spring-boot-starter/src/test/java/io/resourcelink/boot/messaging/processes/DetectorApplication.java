package io.resourcelink.boot.messaging.processes;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

import jakarta.annotation.PreDestroy;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;

import io.resourcelink.boot.messaging.IpcDestinationServedEvent;
import io.resourcelink.boot.messaging.IpcListener;
import io.resourcelink.boot.messaging.IpcListenerContainer;
import io.resourcelink.boot.messaging.IpcListenerEndpointRegistry;
import io.resourcelink.boot.messaging.IpcMessageRecoverer;
import io.resourcelink.boot.messaging.IpcMessagesUnhandledEvent;
import io.resourcelink.channel.UnhandledMessages;

/** Handles frames until it is told to stop by SIGTERM, and writes down what it has done with each. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
class DetectorApplication {

    static void main(String[] arguments) {
        SpringApplication application = new SpringApplication(DetectorApplication.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        var context = application.run(arguments);
        context.getBean(Journal.class).write("started");
    }

    @Bean
    Journal journal(@Value("${test.journal}") Path path) throws IOException {
        return new Journal(path);
    }

    @Bean
    Detector detector(Journal journal, @Value("${test.work:3ms}") Duration work,
            @Value("${test.failing:false}") boolean failing) {
        return new Detector(journal, work, failing);
    }

    @Bean
    IpcMessageRecoverer failures(Journal journal) {
        return (message, _) -> {
            Frame frame = (Frame) message.getPayload();
            frame.check();
            journal.write("failed", frame.id());
        };
    }

    @Bean
    Reports reports(Journal journal, IpcListenerEndpointRegistry listeners) {
        return new Reports(journal, listeners);
    }

    /** The listener: a frame takes some time, and some frames are bad. */
    static final class Detector {

        private final Journal journal;
        private final Duration work;
        private final boolean failing;

        private Detector(Journal journal, Duration work, boolean failing) {
            this.journal = journal;
            this.work = work;
            this.failing = failing;
        }

        @IpcListener(destination = "frames.0", onFailure = "failures")
        @IpcListener(destination = "frames.1", onFailure = "failures")
        @IpcListener(destination = "frames.2", onFailure = "failures")
        @IpcListener(destination = "requests", onFailure = "failures")
        int detect(Frame frame) throws InterruptedException {
            frame.work(work);
            if (failing && frame.id() % 16 > 12) {
                throw new IllegalStateException("Bad frame " + frame.id());
            }
            journal.write("handled", frame.id());
            return frame.id();
        }
    }

    /** What the library says of the listeners. */
    static final class Reports {

        private final Journal journal;
        private final IpcListenerEndpointRegistry listeners;

        private Reports(Journal journal, IpcListenerEndpointRegistry listeners) {
            this.journal = journal;
            this.listeners = listeners;
        }

        @EventListener
        void served(IpcDestinationServedEvent event) {
            journal.write("serves", event.destination());
        }

        @EventListener
        void unhandled(IpcMessagesUnhandledEvent event) {
            for (UnhandledMessages messages : event.report().unhandled()) {
                journal.write("unhandled", event.destination(), messages.peer(), messages.first(), messages.last());
            }
            event.report().silent().forEach(process -> journal.write("silent", process));
        }

        /** The listeners have stopped. */
        @PreDestroy
        void counts() {
            journal.write("expired", listeners.containers().stream().mapToLong(IpcListenerContainer::expired).sum());
        }
    }
}
