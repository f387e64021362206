package io.resourcelink.sample.worker;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;

/** The worker's program. Its studio starts it with a pipe as its standard input, and it ends with that pipe. */
@SpringBootApplication(proxyBeanMethods = false)
public final class WorkerApplication {

    /** What the application's first argument is where one main class starts both programs. */
    public static final String ARGUMENT = "--worker";

    /** The profile of a worker. */
    public static final String PROFILE = "worker";

    WorkerApplication() {}

    /**
     * Runs a worker.
     *
     * @param args properties, at least {@code ipc.directory}
     */
    public static void main(String... args) {
        new SpringApplicationBuilder(WorkerApplication.class).web(WebApplicationType.NONE).profiles(PROFILE).run(args);
    }
}
