package io.resourcelink.boot.messaging.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.function.Function;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.TestDirectories;
import io.resourcelink.boot.messaging.IpcListener;
import io.resourcelink.boot.messaging.IpcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/** An application that is started again in the same JVM with new classes, as devtools does: libraries stay, the application's do not. */
@Tag("slow")
@Timeout(60)
class ClassLoaderRestartTest {

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    @Test
    void messagesHaveTheClassesOfEachStart() throws Exception {
        start(1);
        start(2);
    }

    /** Starts the application with classes of its own, exchanges messages, and closes it. */
    @SuppressWarnings("unchecked")
    private void start(int number) throws Exception {
        ClassLoader classes = new ApplicationClasses();
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(classes);
        try {
            var started = (Function<List<String>, Object>) classes.loadClass(Application.class.getName())
                    .getDeclaredConstructor().newInstance();
            assertThat(started.getClass()).isNotEqualTo(Application.class);
            assertThat(started.apply(List.of(directories.properties()))).as("start %s", number).isEqualTo("4 of frame");
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    /** Defines the application's classes anew. */
    private static final class ApplicationClasses extends ClassLoader {

        ApplicationClasses() {
            super(ClassLoaderRestartTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith(ClassLoaderRestartTest.class.getName() + "$")) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                return loaded != null ? loaded : define(name);
            }
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
                byte[] bytes = in == null ? new byte[0] : in.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }

    /**
     * What a message carries.
     *
     * @param pixels the segment
     * @param name its name
     */
    public record Frame(ResourceLink pixels, String name) {}

    /**
     * A reply.
     *
     * @param size the size of the segment
     * @param name its name
     */
    public record Size(long size, String name) {}

    /** The application. */
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    public static class Application implements Function<List<String>, Object> {

        @Override
        public Object apply(List<String> properties) {
            try (ConfigurableApplicationContext context = new SpringApplicationBuilder(getClass())
                    .web(WebApplicationType.NONE).registerShutdownHook(false)
                    .properties(properties.toArray(String[]::new)).run();
                    ResourceLink pixels = context.getBean(ResourceLinkFactory.class).create("pixels", 4)) {
                Size size = context.getBean(IpcTemplate.class).convertSendAndReceive("frames",
                        new Frame(pixels, "frame"), Size.class);
                return size == null ? "nothing" : size.size() + " of " + size.name();
            }
        }

        /** Describes a frame. */
        @IpcListener("frames")
        public Size describe(Frame frame) {
            return new Size(frame.pixels().payloadSize(), frame.name());
        }
    }
}
