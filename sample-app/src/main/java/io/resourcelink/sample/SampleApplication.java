package io.resourcelink.sample;

import java.io.IOException;
import java.util.Arrays;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

import io.resourcelink.sample.worker.Worker;

/** The studio, and in one jar with it the worker that it starts for itself. */
@SpringBootApplication(proxyBeanMethods = false)
@ConfigurationPropertiesScan
public final class SampleApplication {

    SampleApplication() {}

    /**
     * Runs the studio; or a worker, where the first argument says so.
     *
     * @param args what the application is started with
     * @throws IOException if a worker does not understand its studio
     */
    public static void main(String... args) throws IOException {
        if (args.length > 0 && args[0].equals(Worker.ARGUMENT)) {
            Worker.main(Arrays.copyOfRange(args, 1, args.length));
        } else {
            SpringApplication.run(SampleApplication.class, args);
        }
    }
}
