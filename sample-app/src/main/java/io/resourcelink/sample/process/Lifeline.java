package io.resourcelink.sample.process;

import java.io.IOException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** Ends a process when its standard input ends, which it does with the process that has started it. */
public final class Lifeline {

    private static final Logger log = LoggerFactory.getLogger(Lifeline.class);

    private Lifeline() {}

    /**
     * Watches standard input from now on, in a thread of its own.
     *
     * @param application what is closed when the input ends
     */
    public static void attach(ConfigurableApplicationContext application) {
        Thread.ofPlatform().name("lifeline").daemon().start(() -> endWithParent(application));
    }

    private static void endWithParent(ConfigurableApplicationContext application) {
        try {
            while (System.in.read() >= 0) {
                // Nothing is ever written there.
            }
        } catch (IOException e) {
            log.debug("The pipe from the studio is broken", e);
        }
        SpringApplication.exit(application);
    }
}
