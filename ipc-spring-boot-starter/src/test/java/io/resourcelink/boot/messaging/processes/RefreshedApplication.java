package io.resourcelink.boot.messaging.processes;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

import jakarta.annotation.PreDestroy;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.cloud.context.refresh.ContextRefresher;
import org.springframework.cloud.context.scope.refresh.RefreshScope;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.resourcelink.boot.messaging.IpcListener;
import io.resourcelink.boot.messaging.IpcListenerEndpointRegistry;

/** Has listeners in a bean of the refresh scope, and refreshes when a message asks for it. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
class RefreshedApplication {

    static void main(String[] arguments) {
        SpringApplication application = new SpringApplication(RefreshedApplication.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        application.run(arguments).getBean(Journal.class).write("started");
    }

    @Bean
    Journal journal(@Value("${test.journal}") Path path) throws IOException {
        return new Journal(path);
    }

    @Bean
    @org.springframework.cloud.context.config.annotation.RefreshScope
    Numbered numbered(Journal journal, @Value("${test.setting:before}") String setting) {
        return new Numbered(journal, setting);
    }

    @Bean
    Refreshing refreshing(ContextRefresher refresher, RefreshScope scope, IpcListenerEndpointRegistry listeners) {
        return new Refreshing(refresher, scope, listeners);
    }

    /**
     * What the object says of itself.
     *
     * @param number its number
     * @param setting the setting that it was made with
     */
    record Self(int number, String setting) {}

    /** The listeners. Each object has a number. */
    static class Numbered {

        private static final AtomicInteger OBJECTS = new AtomicInteger();

        private final int number = OBJECTS.incrementAndGet();
        private final Journal journal;
        private final String setting;

        Numbered(Journal journal, String setting) {
            this.journal = journal;
            this.setting = setting;
        }

        @IpcListener(destination = "frames", concurrency = "2")
        void handle(int id) {
            journal.write("handled", id, number);
        }

        @IpcListener("selves")
        Self self(String text) {
            return new Self(number, setting);
        }

        @PreDestroy
        void destroy() {
            journal.write("destroyed", number);
        }
    }

    /** Refreshes. */
    static final class Refreshing {

        private final ContextRefresher refresher;
        private final RefreshScope scope;
        private final IpcListenerEndpointRegistry listeners;

        private Refreshing(ContextRefresher refresher, RefreshScope scope, IpcListenerEndpointRegistry listeners) {
            this.refresher = refresher;
            this.scope = scope;
            this.listeners = listeners;
        }

        /** Refreshes after a setting was changed. Returns how many listeners there are. */
        @IpcListener("settings")
        int set(String setting) {
            System.setProperty("test.setting", setting);
            Set<String> _ = refresher.refresh();
            return listeners.containers().size();
        }

        /** Refreshes the beans of the scope alone. */
        @IpcListener("refreshes")
        int refresh(int round) {
            scope.refreshAll();
            return listeners.containers().size();
        }
    }
}
