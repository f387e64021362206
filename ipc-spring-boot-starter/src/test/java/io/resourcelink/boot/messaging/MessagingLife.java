package io.resourcelink.boot.messaging;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.messaging.MessageDeliveryException;
import org.springframework.messaging.converter.MessageConverter;
import org.springframework.messaging.converter.SimpleMessageConverter;
import org.springframework.messaging.handler.annotation.support.DefaultMessageHandlerMethodFactory;
import org.springframework.messaging.handler.annotation.support.MessageHandlerMethodFactory;
import org.springframework.util.ErrorHandler;
import org.springframework.util.backoff.BackOff;
import org.springframework.util.backoff.BackOffExecution;
import org.springframework.util.backoff.FixedBackOff;

import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.ResourceLinkListener;
import io.resourcelink.boot.TestDirectories;
import io.resourcelink.boot.messaging.Hooks.Box;
import io.resourcelink.boot.messaging.Hooks.Job;
import io.resourcelink.boot.metrics.LinkMetrics;
import io.resourcelink.channel.Channel;
import io.resourcelink.internal.work.Closing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Listeners, a template, links and meters with all that an application can give them, and steps that together reach every
 * place where the starter calls it.
 */
final class MessagingLife implements AutoCloseable {

    /** Those of two channels and nine listeners. */
    static final int THREADS = 11;

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Set<String> QUICK = Set.of("request", "message", "forward", "box", "failing", "guarded");

    private static final Set<String> SLOW = Set.of("collect", "leak", "start", "stand-by", "lost");

    private final Map<String, Step> steps = new LinkedHashMap<>();
    private final TestDirectories directories;
    private final Injection injection;
    private final Hooks hooks;
    private final ResourceLinkFactory segments;
    private final Channel near;
    private final Channel far;
    private final IpcTemplate template;
    private final IpcTemplate hasty;
    private final IpcListenerEndpointRegistry listeners;
    private int round;

    /** Something that an application does. */
    interface Step {

        void run() throws Exception;
    }

    MessagingLife(TestDirectories directories, Injection injection) {
        this.directories = directories;
        this.injection = injection;
        this.hooks = new Hooks(injection);
        SimpleMeterRegistry meters = hooks.meters();
        segments = ResourceLinkFactory.builder().directory(directories.memory())
                .mappedFileDirectory(directories.files()).listener(new LinkMetrics(meters))
                .listener(injection.telling(ResourceLinkListener.class, new ResourceLinkListener() {
                })).build();
        near = channel();
        far = channel();
        template = template(new FixedBackOff(5, Long.MAX_VALUE));
        hasty = template(new FixedBackOff(1, 2));
        hasty.setRetryPolicy(
                injection.telling(RetryPolicy.class, RetryPolicy.builder().maxRetries(1).delay(Duration.ZERO).build()));
        listeners = registry(() -> near);
        scan(listeners);
        listeners.register(hooks.messages());
        listeners.start();
        steps.put("request", this::request);
        steps.put("message", this::message);
        steps.put("forward", this::forward);
        steps.put("box", this::box);
        steps.put("failing", () -> fail("failing"));
        steps.put("guarded", this::guarded);
        steps.put("unreadable", this::unreadable);
        steps.put("rescued", this::rescue);
        steps.put("async", this::requestLater);
        steps.put("handed-over", this::handOver);
        steps.put("unserved", this::unserved);
        steps.put("scan", this::scanAnew);
        LifeOfListeners others = new LifeOfListeners(this, injection);
        steps.put("observers", others::observe);
        steps.put("hanging", others::hang);
        steps.put("retried", others::retry);
        steps.put("logged", others::log);
        steps.put("stand-by", others::standBy);
        steps.put("lost", others::lose);
        LifeOfFigures figures = new LifeOfFigures(directories, segments, hooks, injection);
        steps.put("collect", figures::collect);
        steps.put("links", () -> figures.links(meters));
        steps.put("meters", () -> figures.measure(near, listeners));
        steps.put("leak", figures::leak);
        steps.put("endpoint", figures::ask);
        steps.put("start", figures::start);
        LifeOfClaims claims = new LifeOfClaims(directories, hooks, injection);
        steps.put("near claim", claims::near);
        steps.put("far claim", claims::far);
        steps.put("claim listener", claims::listen);
    }

    Channel channel() {
        return Channel.builder().directory(directories.channels()).codec(hooks.codec()).segments(segments).open();
    }

    private IpcTemplate template(BackOff pauses) {
        IpcTemplate made = new IpcTemplate(far);
        made.setMessageConverter(injection.telling(MessageConverter.class, new SimpleMessageConverter()));
        made.setObservationRegistry(hooks.observations());
        made.setBackOff(injection.telling(BackOff.class,
                () -> injection.telling(BackOffExecution.class, pauses.start())));
        return made;
    }

    @SuppressWarnings("unchecked")
    IpcListenerEndpointRegistry registry(Supplier<Channel> channel) {
        IpcListenerEndpointRegistry made = new IpcListenerEndpointRegistry(
                injection.telling(Supplier.class, channel), injection.telling(Supplier.class, () -> template));
        made.setErrorHandler(injection.telling(ErrorHandler.class, failure -> assertThat(failure).isNotNull()));
        made.setObservationRegistry(hooks.observations());
        made.setApplicationEventPublisher(
                injection.telling(ApplicationEventPublisher.class, event -> assertThat(event).isNotNull()));
        return made;
    }

    /** Registers listeners as a container does. */
    private void scan(IpcListenerEndpointRegistry into) {
        DefaultMessageHandlerMethodFactory methods = new DefaultMessageHandlerMethodFactory();
        methods.setValidator(hooks.validator());
        methods.afterPropertiesSet();
        DefaultListableBeanFactory beans = new DefaultListableBeanFactory();
        beans.addEmbeddedValueResolver(value -> {
            injection.called();
            return value;
        });
        bean(beans, IpcListenerAnnotationBeanPostProcessor.METHOD_FACTORY_BEAN_NAME, MessageHandlerMethodFactory.class,
                injection.telling(MessageHandlerMethodFactory.class, methods));
        bean(beans, "registry", IpcListenerEndpointRegistry.class, into);
        bean(beans, "IpcListenerErrorHandler", IpcListenerErrorHandler.class, hooks.saving());
        bean(beans, "rescue", IpcMessageRecoverer.class, hooks.rescuing());
        bean(beans, "template", IpcTemplate.class, template);
        IpcListenerAnnotationBeanPostProcessor processor = new IpcListenerAnnotationBeanPostProcessor();
        processor.setBeanFactory(beans);
        processor.postProcessAfterInitialization(hooks.new Methods(), "listeners");
        processor.afterSingletonsInstantiated();
    }

    /** A bean that can fail whenever it is asked for. */
    private <T> void bean(DefaultListableBeanFactory beans, String name, Class<T> type, T bean) {
        RootBeanDefinition definition = new RootBeanDefinition(type, () -> {
            injection.called();
            return bean;
        });
        definition.setScope(BeanDefinition.SCOPE_PROTOTYPE);
        beans.registerBeanDefinition(name, definition);
    }

    private void scanAnew() {
        scan(registry(() -> near));
    }

    IpcTemplate template() {
        return template;
    }

    /** Tries what has led to the armed place before, or everything, and lets anything fail. Ends early when it has thrown. */
    void attempt(Set<String> leading) {
        round++;
        for (Map.Entry<String, Step> step : steps.entrySet()) {
            if (injection.isArmed() && (leading.isEmpty() || leading.contains(step.getKey()))) {
                try {
                    run(step);
                } catch (Throwable e) {
                    // The caller was told; what matters is what still works afterwards.
                    assertThat(e).isNotNull();
                }
            }
        }
    }

    /** Does what is quick, and what has led to a place unless it is slow; fails if anything does. */
    void work(Set<String> leading) throws Exception {
        round++;
        for (Map.Entry<String, Step> step : steps.entrySet()) {
            String name = step.getKey();
            if (QUICK.contains(name) || (leading.contains(name) && (leading.size() == 1 || !SLOW.contains(name)))) {
                run(step);
            }
        }
        check();
    }

    /** Does everything. */
    void rehearse() throws Exception {
        for (Map.Entry<String, Step> step : steps.entrySet()) {
            run(step);
        }
        check();
    }

    private void check() {
        assertThat(hooks.observations().getCurrentObservationScope()).as("scope left").isNull();
        await("no link is left", () -> segments.list().isEmpty());
        for (IpcListenerContainer listener : listeners.containers()) {
            assertThat(listener.state()).as(listener.endpoint().id()).isEqualTo(ListenerState.SERVING);
            assertThat(listener.threads()).as(listener.endpoint().id()).isEqualTo(1);
        }
    }

    private void run(Map.Entry<String, Step> step) throws Exception {
        injection.begin(step.getKey());
        step.getValue().run();
    }

    /** Waits for what another thread brings about; for a moment only while that may be lost, because something is to throw. */
    void await(String what, BooleanSupplier condition) {
        boolean tolerant = injection.isTurn();
        long start = System.nanoTime();
        long patience = tolerant ? TimeUnit.MILLISECONDS.toNanos(500) : PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (tolerant && injection.hasFired()) {
                return;
            }
            if (System.nanoTime() - start > patience) {
                throw new AssertionError("Not in time: " + what);
            }
            LockSupport.parkNanos(200_000);
        }
    }

    private void request() {
        try (ResourceLink link = segments.create("job-" + round, 10)) {
            Job reply = Objects.requireNonNull(
                    template.convertSendAndReceive("echo", new Job("hello", link), Job.class));
            try (ResourceLink back = reply.link()) {
                assertThat(back.key()).isEqualTo(link.key());
            }
        }
    }

    private void message() {
        assertThat(template.sendAndReceive("messages", hooks.message("hi"), String.class, IpcSendOptions.DEFAULT))
                .isNotNull().satisfies(reply -> assertThat(reply.getPayload()).isEqualTo("hi"));
        template.send("messages", hooks.message("hi"));
    }

    private void forward() {
        int before = hooks.sunk.get();
        template.convertAndSend("forward", "on");
        template.convertAndSend("forward", "on", IpcSendOptions.DEFAULT);
        await("two messages are forwarded", () -> hooks.sunk.get() - before >= 2);
    }

    private void box() {
        int before = hooks.closed.get();
        template.convertAndSend("boxes", new Box("wood"));
        await("what came and what was returned is closed", () -> hooks.closed.get() - before >= 2);
    }

    private void fail(String destination) {
        assertThatExceptionOfType(ListenerFailedException.class)
                .isThrownBy(() -> template.convertSendAndReceive(destination, "fail", String.class));
    }

    private void unreadable() {
        assertThatExceptionOfType(RequestUnreadableException.class)
                .isThrownBy(() -> template.convertSendAndReceive("echo", "no job", String.class));
    }

    private void rescue() {
        int before = hooks.sunk.get();
        fail("rescued");
        fail("forwarded");
        await("both messages are recovered", () -> hooks.sunk.get() - before >= 2);
    }

    private void requestLater() {
        try (ResourceLink link = segments.create("later-" + round, 10);
                ResourceLink back = Objects.requireNonNull(template
                        .convertSendAndReceiveAsync("echo", new Job("hello", link), Job.class, IpcSendOptions.DEFAULT)
                        .join()).link()) {
            assertThat(back.key()).isEqualTo(link.key());
        }
        assertThat(template.sendAndReceiveAsync("messages", hooks.message("hi"), String.class, IpcSendOptions.DEFAULT)
                .join()).isNotNull();
    }

    private void handOver() {
        IpcSendOptions handingOver = IpcSendOptions.DEFAULT.handingOver();
        template.send("messages", hooks.message("hi"), handingOver);
        assertThat(template.sendAndReceive("messages", hooks.message("hi"), String.class, handingOver)).isNotNull();
        assertThat(template.sendAndReceiveAsync("messages", hooks.message("hi"), String.class, handingOver).join())
                .isNotNull();
        // Unlike a text, a record may carry something.
        assertThatExceptionOfType(DestinationNotServedException.class).isThrownBy(
                () -> template.convertAndSend("nobody", new Carrier("hi"), handingOver.failFast(true)));
    }

    record Carrier(String text) {}

    private void guarded() {
        assertThat(template.convertSendAndReceive("guarded", "fail", String.class)).isEqualTo("saved");
    }

    private void unserved() {
        assertThatExceptionOfType(MessageDeliveryException.class)
                .isThrownBy(() -> hasty.convertAndSend("nobody", "lost"));
    }

    @Override
    public void close() {
        List<Runnable> owned = new ArrayList<>(
                List.of(hasty::close, template::close, listeners::stop, far::close, near::close, segments::close));
        Closing.each(owned, (Consumer<Runnable>) Runnable::run);
    }
}
