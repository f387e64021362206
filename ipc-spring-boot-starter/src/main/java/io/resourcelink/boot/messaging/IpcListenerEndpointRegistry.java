package io.resourcelink.boot.messaging;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.ApplicationEventPublisherAware;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.util.ErrorHandler;

import io.resourcelink.channel.Channel;
import io.resourcelink.channel.DestinationKind;
import io.resourcelink.error.DestinationKindException;
import io.resourcelink.error.MessageException;
import io.resourcelink.internal.work.Closing;
import io.resourcelink.internal.work.Failures;

/**
 * All listeners of an application: the methods with {@link IpcListener}, and further listeners that are registered. Its
 * phase is the default one: listeners start after all other beans and stop before them, so the beans that they use are
 * available.
 *
 * <p>Thread-safe after it was configured.
 */
public final class IpcListenerEndpointRegistry implements SmartLifecycle, ApplicationEventPublisherAware {

    private final Supplier<Channel> channel;
    private final Supplier<IpcTemplate> template;
    private final Map<String, IpcListenerContainer> containers = new LinkedHashMap<>();
    private final List<Observer> observers = new ArrayList<>();
    private final Failures failures = new Failures("The registry of listeners");
    private @Nullable ErrorHandler errors;
    private ObservationRegistry observations = ObservationRegistry.NOOP;
    private Duration replyTimeout = IpcTemplate.DEFAULT_SEND_TIMEOUT;
    private Duration shutdownTimeout = Duration.ofSeconds(10);
    private IpcListenerSettings defaults = IpcListenerSettings.DEFAULT;
    private @Nullable RetryPolicy retry;
    private ApplicationEventPublisher events = _ -> {};
    private boolean virtualThreads;
    private boolean running;

    /** What to call with each listener, and with each that is unregistered. */
    private record Observer(Consumer<IpcListenerContainer> added, Consumer<IpcListenerContainer> removed) {}

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
     * they are logged with the destination, with a stack trace at most once in ten seconds for each class of failure.
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
     * Sets how long a listener waits until its reply, or a result for another destination, is sent. The default is 5 s.
     *
     * @param timeout the time-out
     */
    public void setReplyTimeout(Duration timeout) {
        this.replyTimeout = timeout;
    }

    /**
     * Sets how long listeners that are stopped may go on handling what was sent before. It is one time for all listeners that
     * stop together. After that, the rest is reported and methods that run are interrupted. The default is 10 s.
     *
     * @param timeout the time-out, which should be shorter than that of the context's shutdown phase
     */
    public void setShutdownTimeout(Duration timeout) {
        this.shutdownTimeout = timeout;
    }

    /**
     * Sets the settings of listeners whose endpoint does not say. By default, they start with the context and receive with one
     * thread, and the channel says how many messages may be on their way.
     *
     * @param defaults the settings
     */
    public void setDefaults(IpcListenerSettings defaults) {
        this.defaults = defaults;
    }

    /**
     * Sets how often a listener's method is called with one message. By default it is called once. Only exceptions are retried,
     * and never those of a message that cannot be read. A wait between two attempts ends when the listener is stopped.
     *
     * @param retry the policy
     */
    public void setRetryPolicy(RetryPolicy retry) {
        this.retry = retry;
    }

    @Override
    public void setApplicationEventPublisher(ApplicationEventPublisher publisher) {
        this.events = publisher;
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
     * Adds a listener. It is started at once if it starts with the context and the other listeners are running.
     *
     * @param endpoint the endpoint that handles the messages
     * @return the listener
     * @throws InvalidListenerException if another listener has that id, or that destination and is no other subscriber of a topic
     */
    public IpcListenerContainer register(IpcListenerEndpoint endpoint) {
        IpcListenerContainer container = container(endpoint);
        if (add(container) && container.settings().startsWithContext()) {
            try {
                start(container);
            } catch (Throwable e) {
                remove(container);
                throw e;
            }
        }
        return container;
    }

    /** {@return whether the other listeners are running} */
    private synchronized boolean add(IpcListenerContainer container) {
        IpcListenerEndpoint endpoint = container.endpoint();
        containers.values().forEach(other -> checkDistinct(other.endpoint(), endpoint));
        containers.put(endpoint.id(), container);
        observers.forEach(observer -> tell(observer.added(), container));
        return running;
    }

    /**
     * Stops a listener as {@link IpcListenerContainer#stop} does, and forgets it. Its id and its destination are free again.
     *
     * @param id its name
     * @return whether there was a listener with that name
     */
    public boolean unregister(String id) {
        IpcListenerContainer container = find(id).orElse(null);
        if (container == null || !remove(container)) {
            return false;
        }
        container.stop();
        return true;
    }

    private synchronized boolean isToRun(IpcListenerContainer container) {
        return running && container.equals(containers.get(container.endpoint().id()));
    }

    private synchronized boolean remove(IpcListenerContainer container) {
        boolean removed = containers.remove(container.endpoint().id(), container);
        if (removed) {
            observers.forEach(observer -> tell(observer.removed(), container));
        }
        return removed;
    }

    private static void checkDistinct(IpcListenerEndpoint other, IpcListenerEndpoint endpoint) {
        boolean bothSubscribe = other.kind() == DestinationKind.TOPIC && endpoint.kind() == DestinationKind.TOPIC;
        if (!bothSubscribe && other.destination().equals(endpoint.destination())) {
            throw new InvalidListenerException(
                    "Destination \"" + other.destination() + "\" has a listener already: " + name(other)
                            + ". It cannot have another one in this context: " + name(endpoint) + ".",
                    "Remove one of them, or give it another destination. One listener may have several threads"
                            + " (concurrency). Only topics have several listeners in a context.");
        }
        if (other.id().equals(endpoint.id())) {
            throw new InvalidListenerException(
                    "Id \"" + other.id() + "\" belongs to a listener already: " + name(other)
                            + ". It cannot be the id of another one: " + name(endpoint) + ".",
                    "Give one of them another id.");
        }
    }

    private static String name(IpcListenerEndpoint endpoint) {
        IpcListenerEndpoint.Handler handler = endpoint.handler();
        return handler instanceof ListenerMethod || handler instanceof ListenerClass
                ? handler.toString()
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
     * @param added called with listeners, for example to measure them; an exception for a later listener is logged
     * @param removed called with listeners that are unregistered; an exception is logged
     */
    public synchronized void forEach(Consumer<IpcListenerContainer> added, Consumer<IpcListenerContainer> removed) {
        containers.values().forEach(added);
        observers.add(new Observer(added, removed));
    }

    private IpcListenerContainer container(IpcListenerEndpoint endpoint) {
        return new IpcListenerContainer(endpoint, endpoint.settings().or(defaults),
                new ListenerOptions(channel, template, events, errors, observations, retry, replyTimeout,
                        shutdownTimeout),
                threads("ipc-listener-" + endpoint.id() + '-'));
    }

    private ThreadFactory threads(String name) {
        Thread.Builder threads = virtualThreads ? Thread.ofVirtual() : Thread.ofPlatform().daemon(false);
        return threads.name(name, 1).factory();
    }

    /** Another thread may stop or unregister the listener before it is started. Then this method stops it again. */
    private void start(IpcListenerContainer container) {
        try {
            container.start();
            if (!isToRun(container)) {
                container.stop();
            }
        } catch (IllegalArgumentException e) {
            throw new InvalidListenerException(
                    "The listener " + name(container.endpoint()) + " cannot start: " + e.getMessage(),
                    "Give it a valid destination.", e);
        } catch (DestinationKindException e) {
            throw new InvalidListenerException(
                    "The listener " + name(container.endpoint()) + " cannot start: " + e.getMessage(),
                    "Give all listeners of the destination the same kind, or stop the other process first.", e);
        } catch (MessageException e) {
            throw new InvalidListenerException(
                    "The listener " + name(container.endpoint()) + " cannot start: " + e.getMessage(),
                    "Declare a parameter of a type that a message can have: a record, a bean, a collection, a text, a number"
                            + " or byte[]. Or declare a JacksonModule bean that reads this type.",
                    e);
        }
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
    public void start() {
        try {
            for (IpcListenerContainer container : running(true)) {
                if (container.settings().startsWithContext()) {
                    start(container);
                }
            }
        } catch (Throwable e) {
            // If the application fails to start, no thread may keep it alive.
            Closing closing = new Closing(e);
            closing.run(this::stop);
            closing.end();
        }
    }

    /**
     * Stops all listeners together. All of them give their names up before the first one is waited for, and the shutdown
     * time-out is one time for all. A failure of one does not affect the others.
     */
    @Override
    public void stop() {
        stopAll(Thread.currentThread());
    }

    /** Stops all listeners together, in a thread of its own, so that other beans of the same phase stop meanwhile. */
    @Override
    public void stop(Runnable callback) {
        Thread caller = Thread.currentThread();
        Runnable stopping = () -> {
            try {
                stopAll(caller);
            } catch (Throwable e) {
                failures.report("stopping", e);
            } finally {
                callback.run();
            }
        };
        Thread thread = Thread.ofPlatform().name("ipc-listeners-stop").daemon().unstarted(stopping);
        try {
            thread.start();
        } catch (Throwable e) {
            // There is no room for another thread.
            stopping.run();
        }
    }

    private void stopAll(Thread caller) {
        Deadline deadline = Deadline.in(shutdownTimeout);
        List<ListenerRun> ending = new ArrayList<>();
        Closing closing = new Closing();
        for (IpcListenerContainer container : running(false)) {
            closing.run(() -> {
                ListenerRun run = container.stopLater();
                if (run != null) {
                    ending.add(run);
                }
            });
        }
        ending.forEach(run -> closing.run(run::announce));
        ending.forEach(run -> closing.run(() -> run.finish(deadline, caller)));
        closing.end();
    }

    private synchronized List<IpcListenerContainer> running(boolean now) {
        running = now;
        return List.copyOf(containers.values());
    }

    @Override
    public synchronized boolean isRunning() {
        return running;
    }
}
