package io.resourcelink.boot.messaging;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;
import org.springframework.util.ErrorHandler;

import io.resourcelink.channel.Channel;
import io.resourcelink.internal.work.Closing;
import io.resourcelink.internal.work.Failures;

/**
 * All listeners of an application: those of methods with {@link IpcListener}, and others that are registered. In the default
 * phase they start after everything else and stop before it, so what their methods use is there.
 *
 * <p>Thread-safe once configured.
 */
public final class IpcListenerEndpointRegistry implements SmartLifecycle {

    private final Supplier<Channel> channel;
    private final Supplier<IpcTemplate> template;
    private final Map<String, IpcListenerContainer> containers = new LinkedHashMap<>();
    private final List<Consumer<IpcListenerContainer>> observers = new ArrayList<>();
    private final Failures failures = new Failures("The registry of listeners");
    private @Nullable ErrorHandler errors;
    private ObservationRegistry observations = ObservationRegistry.NOOP;
    private Duration replyTimeout = IpcTemplate.DEFAULT_SEND_TIMEOUT;
    private Duration shutdownTimeout = Duration.ofSeconds(10);
    private boolean autoStartup = true;
    private boolean virtualThreads;
    private int concurrency = 1;
    private boolean running;

    /**
     * Makes a registry without listeners.
     *
     * @param channel what listeners receive from; asked when the first one starts
     * @param template what sends to other destinations; asked when the first one does
     */
    public IpcListenerEndpointRegistry(Supplier<Channel> channel, Supplier<IpcTemplate> template) {
        this.channel = channel;
        this.template = template;
    }

    /**
     * Who is told of messages that could not be decoded, and of failures that no other handler took. By default they are
     * logged, with the destination, at most one each second for each listener.
     *
     * @param errors the handler; it should return. What it throws is logged
     */
    public void setErrorHandler(ErrorHandler errors) {
        this.errors = errors;
    }

    /**
     * Who is told of each message that is received, in the sender's trace. Nobody by default.
     *
     * @param observations the registry
     */
    public void setObservationRegistry(ObservationRegistry observations) {
        this.observations = observations;
    }

    /**
     * How long a reply may take to be sent. 5 s by default.
     *
     * @param timeout how long
     */
    public void setReplyTimeout(Duration timeout) {
        this.replyTimeout = timeout;
    }

    /**
     * How long methods may take to return when they are stopped, before they are interrupted. 10 s by default.
     *
     * @param timeout how long
     */
    public void setShutdownTimeout(Duration timeout) {
        this.shutdownTimeout = timeout;
    }

    /**
     * Whether listeners that do not say start with the context. They do by default.
     *
     * @param autoStartup whether
     */
    public void setListenersStartWithContext(boolean autoStartup) {
        this.autoStartup = autoStartup;
    }

    /**
     * Whether listeners run on virtual threads. By default on platform threads, which keep the application alive.
     *
     * @param virtualThreads whether
     */
    public void setVirtualThreads(boolean virtualThreads) {
        this.virtualThreads = virtualThreads;
    }

    /**
     * How many threads a listener has that does not say. 1 by default.
     *
     * @param concurrency how many
     */
    public void setConcurrency(int concurrency) {
        this.concurrency = concurrency;
    }

    /**
     * Adds a listener. If the others are running already, and it is to start with the context, it is started.
     *
     * @param endpoint what it does with the messages
     * @return the listener
     * @throws IllegalStateException if there is one of that id or at that destination
     */
    public synchronized IpcListenerContainer register(IpcListenerEndpoint endpoint) {
        containers.values().stream().map(IpcListenerContainer::endpoint)
                .filter(other -> other.id().equals(endpoint.id())
                        || other.destination().equals(endpoint.destination()))
                .findAny().ifPresent(other -> {
                    throw new IllegalStateException("There is a listener \"" + other.id() + "\" at destination \""
                            + other.destination() + "\" already. A destination has one listener, which may have several"
                            + " threads (concurrency).");
                });
        IpcListenerContainer container = container(endpoint);
        containers.put(endpoint.id(), container);
        observers.forEach(observer -> tell(observer, container));
        if (running && startsWithContext(container)) {
            container.start();
        }
        return container;
    }

    /** What an observer throws must not leave a listener registered that does not start. */
    private void tell(Consumer<IpcListenerContainer> observer, IpcListenerContainer container) {
        try {
            observer.accept(container);
        } catch (Throwable e) {
            failures.report("telling an observer of a listener", e);
        }
    }

    /**
     * Names an observer that is told of each listener: at once of those that are there, later of those that are registered.
     *
     * @param observer told of listeners, to measure them for instance; what it throws of later ones is logged
     */
    public synchronized void forEach(Consumer<IpcListenerContainer> observer) {
        containers.values().forEach(observer);
        observers.add(observer);
    }

    private IpcListenerContainer container(IpcListenerEndpoint endpoint) {
        Integer threads = endpoint.concurrency();
        return new IpcListenerContainer(endpoint,
                new ListenerOptions(channel, template, errors, observations, replyTimeout, shutdownTimeout),
                ListenerOptions.threads(virtualThreads, "ipc-listener-" + endpoint.id() + '-'),
                threads != null ? threads : concurrency);
    }

    private boolean startsWithContext(IpcListenerContainer container) {
        Boolean said = container.endpoint().autoStartup();
        return said != null ? said : autoStartup;
    }

    /**
     * Finds a listener.
     *
     * @param id its name
     * @return the listener, or nothing if there is none of that name
     */
    public synchronized Optional<IpcListenerContainer> find(String id) {
        return Optional.ofNullable(containers.get(id));
    }

    /** {@return all listeners, in the order in which they were registered} */
    public synchronized List<IpcListenerContainer> containers() {
        return List.copyOf(containers.values());
    }

    @Override
    public synchronized void start() {
        running = true;
        try {
            containers.values().stream().filter(this::startsWithContext).forEach(IpcListenerContainer::start);
        } catch (Throwable e) {
            // An application that does not start leaves no thread behind that keeps it alive.
            Closing closing = new Closing(e);
            closing.run(this::stop);
            closing.end();
        }
    }

    /** Has all of them stop receiving before it waits for the first. One that fails does not keep the others from it. */
    @Override
    public void stop() {
        List<ListenerRun> ending = new ArrayList<>();
        Closing closing = new Closing();
        for (IpcListenerContainer container : stopping()) {
            closing.run(() -> {
                ListenerRun run = container.stopLater();
                if (run != null) {
                    ending.add(run);
                }
            });
        }
        ending.forEach(run -> closing.run(run::await));
        closing.end();
    }

    private synchronized List<IpcListenerContainer> stopping() {
        running = false;
        return List.copyOf(containers.values());
    }

    @Override
    public synchronized boolean isRunning() {
        return running;
    }
}
