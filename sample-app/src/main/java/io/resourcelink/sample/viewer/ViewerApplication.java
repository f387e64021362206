package io.resourcelink.sample.viewer;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.annotation.Import;

import io.resourcelink.sample.message.BrokerMessages;

/**
 * The viewer's program. A studio that imports it is a viewer, too. The first studio starts either with a pipe as its standard input, and it
 * ends with that pipe.
 */
@SpringBootApplication(proxyBeanMethods = false)
@Import(BrokerMessages.class)
public final class ViewerApplication {

    /** What the application's first argument is where one main class starts all programs. */
    public static final String ARGUMENT = "--viewer";

    /** The profile of a viewer. */
    public static final String PROFILE = "viewer";

    ViewerApplication() {}

    /**
     * Runs a viewer.
     *
     * @param args properties, at least {@code viewer.host}, {@code hosts.broker} and {@code ipc.directory}
     */
    public static void main(String... args) {
        new SpringApplicationBuilder(ViewerApplication.class).web(WebApplicationType.NONE).profiles(PROFILE).run(args);
    }
}
