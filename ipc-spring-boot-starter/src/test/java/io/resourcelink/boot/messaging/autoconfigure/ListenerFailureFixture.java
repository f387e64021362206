package io.resourcelink.boot.messaging.autoconfigure;

import java.util.Objects;

import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

import io.resourcelink.boot.TestDirectories;
import io.resourcelink.boot.messaging.IpcListener;
import io.resourcelink.boot.messaging.IpcListenerContainer;
import io.resourcelink.boot.messaging.IpcListenerEndpointRegistry;
import io.resourcelink.boot.messaging.IpcTemplate;

/** An application whose listener fails as its messages say. */
abstract class ListenerFailureFixture {

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    ApplicationContextRunner runner() {
        return directories.messaging();
    }

    static IpcTemplate template(ApplicationContext context) {
        return context.getBean(IpcTemplate.class);
    }

    static IpcListenerContainer listener(ApplicationContext context, String id) {
        return context.getBean(IpcListenerEndpointRegistry.class).find(id).orElseThrow();
    }

    record Choice(String kind) {

        Choice {
            switch (kind) {
                case "assertion" -> throw new AssertionError("no " + kind);
                case "memory" -> throw new OutOfMemoryError("no " + kind);
                case "stack" -> throw new StackOverflowError("no " + kind);
                case "linkage" -> throw new NoClassDefFoundError("no " + kind);
                case "enum" -> Objects.requireNonNull(Broken.ONE);
                default -> {
                    // It can be made.
                }
            }
        }
    }

    enum Broken {

        ONE;

        static {
            if (ONE.name().equals("ONE")) {
                throw new IllegalStateException("never initialized");
            }
        }
    }

    static class Picky {

        @IpcListener("picky")
        String choose(Choice choice) {
            return choice.kind();
        }
    }
}
