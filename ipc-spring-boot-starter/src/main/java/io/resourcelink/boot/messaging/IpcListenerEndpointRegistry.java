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
 * All listeners of an application: the methods with {@link IpcListener}, and further listeners that are registered. Its
 * phase is the default one: listeners start after all other beans and stop before them, so the beans that they use are
 * available.
 *
 * <p>Thread-safe after it was configured.
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
     * Creates a registry without listeners.
     *
     * @param channel supplies the channel when the first listener starts
     * @param template supplies the template when a result is first sent to another destination
     */
    public IpcListenerEndpointRegistry(Supplier<Channel> channel, Supplier<IpcTemplate> template) {
        this.channel = channel;
        this.template = template;
    }

    /**
     * Sets the handler of messages that could not be decoded, and of failures that no other handler handled. By default
     * they are logged with the destination, at most once per second for each listener.
     *
     * @param errors the handler; it should return normally. An exception of it is logged
     */
    public void setErrorHandler(ErrorHandler errors) {
        this.errors = errors;
    }

    /**
     * Sets the registry that observes each received message, in the trace of the sender. By default messages are not
     * observed.
     *
     * @param observations the registry
     */
    public void setObservationRegistry(ObservationRegistry observations) {
        this.observations = observations;
    }

    /**
     * Sets how long sending a reply may take. The default is 5 s.
     *
     * @param timeout the time-out
     */
    public void setReplyTimeout(Duration timeout) {
        this.replyTimeout = timeout;
    }

    /**
     * Sets how long running methods may take to return after a stop. After that, their threads are interrupted. The
     * default is 10 s.
     *
     * @param timeout the time-out
     */
    public void setShutdownTimeout(Duration timeout) {
        this.shutdownTimeout = timeout;
    }

    /**
     * Sets whether listeners start with the context if their endpoint does not say. The default is {@code true}.
     *
     * @param autoStartup whether they start
     */
    public void setListenersStartWithContext(boolean autoStartup) {
        this.autoStartup = autoStartup;
    }

    /**
     * Sets whether listeners run on virtual threads. The default is platform threads, which keep the application alive.
     *
     * @param virtualThreads whether they do
     */
    public void setVirtualThreads(boolean virtualThreads) {
        this.virtualThreads = virtualThreads;
    }

    /**
     * Sets the number of threads of a listener whose endpoint does not say. The default is 1.
     *
     * @param concurrency the number
     */
    public void setConcurrency(int concurrency) {
        this.concurrency = concurrency;
    }

    /**
     * Adds a listener. It is started at once if it starts with the context and the other listeners are running.
     *
     * @param endpoint the endpoint that handles the messages
     * @return the listener
     * @throws InvalidListenerException if another listener has that id or that destination
     */
    public synchronized IpcListenerContainer register(IpcListenerEndpoint endpoint) {
        containers.values().forEach(other -> checkDistinct(other.endpoint(), endpoint));
        IpcListenerContainer container = container(endpoint);
        if (running && startsWithContext(container)) {
            start(container);
        }
        containers.put(endpoint.id(), container);
        observers.forEach(observer -> tell(observer, container));
        return container;
    }

    private static void checkDistinct(IpcListenerEndpoint other, IpcListenerEndpoint endpoint) {
        if (other.destination().equals(endpoint.destination())) {
            throw new InvalidListenerException(
                    "Destination \"" + other.destination() + "\" has a listener already: " + name(other)
                            + ". It cannot have another one in this context: " + name(endpoint) + ".",
                    "Remove one of them, or give it another destination. One listener may have several threads"
                            + " (concurrency).");
        }
        if (other.id().equals(endpoint.id())) {
            throw new InvalidListenerException(
                    "Id \"" + other.id() + "\" belongs to a listener already: " + name(other)
                            + ". It cannot be the id of another one: " + name(endpoint) + ".",
                    "Give one of them another id.");
        }
    }

    private static String name(IpcListenerEndpoint endpoint) {
        return endpoint.handler() instanceof ListenerMethod method
                ? method.toString()
                : "the registered endpoint \"" + endpoint.id() + '"';
    }

    /** An exception of an observer must not leave a listener registered and not started. */
    private void tell(Consumer<IpcListenerContainer> observer, IpcListenerContainer container) {
        try {
            observer.accept(container);
        } catch (Throwable e) {
            failures.report("telling an observer of a listener", e);
        }
    }

    /**
     * Adds an observer of listeners. It is called at once for each registered listener, and later for each new one.
     *
     * @param observer called with listeners, for example to measure them; an exception for a later listener is logged
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

    private static void start(IpcListenerContainer container) {
        try {
            container.start();
        } catch (IllegalArgumentException e) {
            throw new InvalidListenerException(
                    "The listener " + name(container.endpoint()) + " cannot start: " + e.getMessage(),
                    "Give it a valid destination.", e);
        }
    }

    private boolean startsWithContext(IpcListenerContainer container) {
        Boolean said = container.endpoint().autoStartup();
        return said != null ? said : autoStartup;
    }

    /**
     * Finds a listener.
     *
     * @param id its name
     * @return the listener, or empty if no listener has that name
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
            containers.values().stream().filter(this::startsWithContext).forEach(IpcListenerEndpointRegistry::start);
        } catch (Throwable e) {
            // If the application fails to start, no thread may keep it alive.
            Closing closing = new Closing(e);
            closing.run(this::stop);
            closing.end();
        }
    }

    /**
     * Makes all listeners stop receiving before it waits for the first one. A failure of one does not affect the
     * others.
     */
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
