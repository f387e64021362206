package io.resourcelink.sample.hosts;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Profile;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.jms.annotation.JmsListener;
import org.springframework.stereotype.Component;

import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.sample.message.FramesWanted;
import io.resourcelink.sample.message.Host;
import io.resourcelink.sample.message.ViewerReady;
import io.resourcelink.sample.process.ChildJvm;
import io.resourcelink.sample.viewer.ViewerApplication;

/**
 * The viewers' processes, one for each host; that of the far host is a studio. A viewer that ends is replaced; not if it was never ready,
 * because one that cannot start would be started for ever. Thread-safe.
 */
@Component
@Profile(HostsConfiguration.PROFILE)
final class Viewers {

    /** A far studio waits for a worker of its own. */
    private static final Duration GRACE = Duration.ofSeconds(30);

    private final ResourceLinkFactory segments;
    private final HostsProperties properties;
    private final ApplicationContext application;
    private final Environment environment;
    private final ApplicationEventPublisher news;
    private final Map<Host, Viewer> viewers = new EnumMap<>(Host.class);
    private boolean closed;

    Viewers(ResourceLinkFactory segments, HostsProperties properties, ApplicationContext application,
            ApplicationEventPublisher news) {
        this.segments = segments;
        this.properties = properties;
        this.application = application;
        this.environment = application.getEnvironment();
        this.news = news;
    }

    private record Viewer(Process process, boolean ready) {}

    /**
     * Whether a host's viewer runs.
     *
     * @param host which one
     * @param pid its process, 0 if there is none
     * @param page the address of its page, {@code null} if it has none
     * @param ready whether it takes frames
     */
    record Presence(Host host, long pid, @Nullable String page, boolean ready) {}

    @EventListener(ApplicationReadyEvent.class)
    synchronized void startAll() {
        for (Host host : Host.values()) {
            start(host);
        }
    }

    private void start(Host host) {
        try {
            ProcessBuilder builder = new ProcessBuilder(command(host)).redirectOutput(Redirect.INHERIT)
                    .redirectError(Redirect.INHERIT);
            // Everybody on this machine can read a command line.
            builder.environment().put("CLAIMS_SECRET", environment.getRequiredProperty("CLAIMS_SECRET"));
            Process process = builder.start();
            viewers.put(host, new Viewer(process, false));
            var _ = process.onExit().thenRun(() -> ended(host, process));
        } catch (IOException e) {
            throw new UncheckedIOException("The system starts no viewer for the " + host.label() + " host.", e);
        }
    }

    private List<String> command(Host host) {
        List<String> arguments = new ArrayList<>(List.of("viewer.host=" + host.label(),
                "hosts.broker=" + properties.broker(),
                "ipc.claims.fetch.allowed-origins=" + environment.getRequiredProperty("ipc.claims.origins")));
        List<String> options = new ArrayList<>(properties.viewerOptions());
        // The broker's client uses it, and the JVM would say so each time.
        options.add("--sun-misc-unsafe-memory-access=allow");
        if (host == Host.NEAR) {
            // The studio collects for all that share its directory.
            arguments.addAll(List.of("spring.application.name=viewer", "ipc.directory=" + segments.directory(),
                    "ipc.gc.enabled=false"));
            return new ChildJvm(ViewerApplication.class, ViewerApplication.ARGUMENT, ViewerApplication.PROFILE,
                    properties.viewerHeap(), options).command(arguments);
        }
        arguments.addAll(List.of("spring.application.name=studio-far", "ipc.directory=" + farDirectory(),
                "ipc.claims.host-id=far", "server.port=" + properties.farPort(), "studio.workers=1",
                "studio.worker-options=" + String.join(",", properties.viewerOptions()),
                "studio.frames-from=" + page(environment.getRequiredProperty("local.server.port"))));
        return new ChildJvm(studio(), null, ViewerApplication.PROFILE, properties.viewerHeap(), options)
                .command(arguments);
    }

    /** The program that runs here. */
    private Class<?> studio() {
        String name = application.getBeanNamesForAnnotation(SpringBootApplication.class)[0];
        return Objects.requireNonNull(application.getType(name));
    }

    private static String page(Object port) {
        return "http://127.0.0.1:" + port + "/";
    }

    private String farDirectory() {
        Path own = segments.directory();
        return Objects.requireNonNullElseGet(properties.farDirectory(),
                () -> own.resolveSibling(own.getFileName() + "-far").toString());
    }

    @JmsListener(destination = ViewerReady.QUEUE)
    synchronized void ready(ViewerReady ready) {
        Viewer viewer = viewers.get(ready.host());
        if (viewer != null && viewer.process().pid() == ready.pid()) {
            viewers.put(ready.host(), new Viewer(viewer.process(), true));
            tell(ready.host(), ready.pid(), "takes claims from the broker.");
        }
    }

    /** The page of the far host shows what is drawn here. */
    @JmsListener(destination = FramesWanted.QUEUE)
    void wanted(FramesWanted wanted) {
        news.publishEvent(wanted);
    }

    private synchronized void ended(Host host, Process process) {
        Viewer viewer = viewers.remove(host);
        if (closed || viewer == null) {
            return;
        }
        if (viewer.ready()) {
            tell(host, process.pid(), "has ended; another one is started, and gets what it had not acknowledged.");
            start(host);
        } else {
            tell(host, process.pid(), "has ended before it was ready; the studio's output says why.");
        }
    }

    private void tell(Host host, long pid, String what) {
        news.publishEvent(new HostNews(
                (host == Host.FAR ? "Studio " : "Viewer ") + pid + " of the " + host.label() + " host " + what));
    }

    synchronized Presence presence(Host host) {
        Viewer viewer = viewers.get(host);
        String page = host == Host.FAR ? page(properties.farPort()) : null;
        return viewer == null
                ? new Presence(host, 0, page, false)
                : new Presence(host, viewer.process().pid(), page, viewer.ready());
    }

    /** {@return whether there was one} Kills a viewer, as the kernel would for lack of memory. */
    synchronized boolean kill(Host host) {
        Viewer viewer = viewers.get(host);
        if (viewer == null || !viewer.ready()) {
            return false;
        }
        viewer.process().destroyForcibly();
        return true;
    }

    /** While the broker still runs. */
    @EventListener(ContextClosedEvent.class)
    void endAll() {
        List<Process> running;
        synchronized (this) {
            closed = true;
            running = viewers.values().stream().map(Viewer::process).toList();
        }
        running.forEach(Process::destroy);
        running.forEach(Viewers::awaitEnd);
    }

    private static void awaitEnd(Process process) {
        try {
            if (process.waitFor(GRACE)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
    }
}
