package io.resourcelink.boot.messaging.autoconfigure;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.annotation.Header;

import io.resourcelink.boot.TestDirectories;
import io.resourcelink.boot.messaging.IpcHandler;
import io.resourcelink.boot.messaging.IpcListener;
import io.resourcelink.boot.messaging.IpcTemplate;
import io.resourcelink.boot.messaging.autoconfigure.Shapes.Circle;
import io.resourcelink.boot.messaging.autoconfigure.Shapes.Square;

/** An application with a class that listens. */
abstract class ClassListenerFixture {

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    ApplicationContextRunner runner() {
        return directories.messaging();
    }

    static IpcTemplate template(ApplicationContext context) {
        return context.getBean(IpcTemplate.class);
    }

    static @Nullable String ask(ApplicationContext context, String destination, Object payload) {
        return template(context).convertSendAndReceive(destination, payload, String.class);
    }

    @IpcListener("shapes")
    static class Drawing {

        @IpcHandler
        String circle(Circle circle) {
            return "circle " + circle.size();
        }

        @IpcHandler
        String square(Message<Square> square, @Header("id") Object id) {
            return "square " + square.getPayload().size();
        }

        @IpcHandler(isDefault = true)
        String other(Object shape) {
            return "other " + shape.getClass().getSimpleName();
        }
    }
}
