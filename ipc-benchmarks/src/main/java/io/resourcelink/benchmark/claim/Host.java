package io.resourcelink.benchmark.claim;

import java.nio.file.Path;

import org.springframework.boot.WebApplicationType;
import org.springframework.context.ConfigurableApplicationContext;

import io.resourcelink.boot.claim.Claims;

/**
 * An application that receives. Its directory makes it one of the sender's host, or of another one.
 *
 * @param context the application
 */
record Host(ConfigurableApplicationContext context) implements AutoCloseable {

    /** The directory of links below a host's directory. */
    static final String SEGMENTS = "segments";

    /**
     * Starts one.
     *
     * @param application its configuration
     * @param directory the host's directory in shared memory
     * @param brokers the brokers
     * @param sender the address of the sender, which is the only one from which it fetches
     * @param plan how large payloads are
     */
    static Host start(Class<?> application, Path directory, Brokers.Addresses brokers, String sender, Plan plan) {
        return new Host(Applications.start(application, WebApplicationType.NONE, directory.resolve(SEGMENTS), brokers,
                plan, "ipc.claims.fetch.allowed-origins=" + sender));
    }

    Claims claims() {
        return context.getBean(Claims.class);
    }

    Inbox inbox() {
        return context.getBean(Inbox.class);
    }

    @Override
    public void close() {
        context.close();
    }
}
