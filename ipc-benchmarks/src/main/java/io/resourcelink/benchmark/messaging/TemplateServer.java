package io.resourcelink.benchmark.messaging;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

import io.resourcelink.benchmark.handoff.Checksum;
import io.resourcelink.boot.messaging.IpcListener;

/** Listeners, each with the one thread that it has by default. */
record TemplateServer(ConfigurableApplicationContext context) implements Server {

    @Override
    public void close() {
        context.close();
    }

    /** The application that listens. */
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {

        @IpcListener(TemplateWay.READINGS)
        Reading echo(Reading reading) {
            return reading;
        }

        @IpcListener(TemplateWay.FRAMES)
        long sum(TemplateWay.Frame frame) {
            return Checksum.of(frame.link().payload());
        }
    }
}
