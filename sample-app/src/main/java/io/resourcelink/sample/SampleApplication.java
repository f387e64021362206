package io.resourcelink.sample;

import java.util.Arrays;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

import io.resourcelink.sample.viewer.ViewerApplication;
import io.resourcelink.sample.worker.WorkerApplication;

/** The studio, and in one jar with it the workers and viewers that it starts. */
@SpringBootApplication(proxyBeanMethods = false, scanBasePackages = { "io.resourcelink.sample.studio",
    "io.resourcelink.sample.hosts" })
@ConfigurationPropertiesScan("io.resourcelink.sample.studio")
public final class SampleApplication {

    SampleApplication() {}

    /**
     * Runs the studio; or a worker or a viewer, if the first argument says so.
     *
     * @param args what the application is started with
     */
    public static void main(String... args) {
        if (args.length > 0 && args[0].equals(WorkerApplication.ARGUMENT)) {
            WorkerApplication.main(Arrays.copyOfRange(args, 1, args.length));
        } else if (args.length > 0 && args[0].equals(ViewerApplication.ARGUMENT)) {
            ViewerApplication.main(Arrays.copyOfRange(args, 1, args.length));
        } else {
            SpringApplication.run(SampleApplication.class, args);
        }
    }
}
