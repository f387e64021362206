package io.resourcelink.boot.messaging;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.stream.Stream;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.turbo.TurboFilter;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.LoggerFactory;

import io.resourcelink.Effort;
import io.resourcelink.boot.TestDirectories;
import io.resourcelink.boot.messaging.Places.Place;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Everything that an application implements throws, at every place of the starter that calls it, and so does the logger. The
 * places are found in the compiled classes, so a new one fails this test until it is reached or listed. Each place throws two things of many in the
 * gate, others in each run, and everything with {@code -Dipc.thorough}.
 */
@Timeout(900)
@Tag("slow")
class ThrowingCampaignTest {

    /** Places that this campaign does not reach, each with its reason. */
    private static final Map<String, String> UNREACHED = new TreeMap<>();

    static {
        list("the function or the message is the starter's own",
                "ChannelMetrics.value -> ToDoubleFunction.applyAsDouble",
                "ClaimOriginMetrics.value -> ToDoubleFunction.applyAsDouble",
                "SegmentMetrics.kept -> ToDoubleFunction.applyAsDouble", "GuardedSink.append -> IntConsumer.accept",
                "PoolMetrics.value -> ToDoubleFunction.applyAsDouble",
                "SegmentMetrics.gauge -> ToDoubleFunction.applyAsDouble", "LinkMetrics.byKind -> Function.apply",
                "ForwardingRecoverer.recover -> Supplier.get", "ReplyForm.close -> Message.getHeaders",
                "FailedMessages.due -> LongSupplier.getAsLong", "ListenerAttributes.value -> Function.apply",
                "FilteredPolicy.shouldRetry -> Predicate.test", "FilteredPolicy.getBackOff -> UnaryOperator.apply",
                "Dispatch.handing -> Supplier.get", "Dispatch.requestAsync -> Supplier.get",
                "Retries.run -> Supplier.get", "ReplyForm.taken -> Function.apply",
                "ReplyForm.payload -> Consumer.accept", "AsyncReply.discard -> Consumer.accept",
                "IpcEndpoint.ipc -> ChannelsSource.describe", "MessagingChannels.describe -> Supplier.get");
        list("the system's clock; only tests give another one", "ClaimOrigin.authorized -> InstantSource.instant",
                "OriginRequests.prepare -> InstantSource.instant", "HostClaims.messageTtl -> InstantSource.millis");
        list("the factory is the JDK's own, and nobody can give another one",
                "ListenerThread.<init> -> ThreadFactory.newThread");
        list("once in a JVM, and the start fails then", "ListenerReports.<clinit> -> LogFactory.getLog",
                "FailedMessages.<clinit> -> LogFactory.getLog",
                "OrphanCollector.<clinit> -> LogFactory.getLog",
                "IpcListenerAnnotationBeanPostProcessor.<clinit> -> LogFactory.getLog");
        list("Spring's own bean factory, asked while beans are made; making them fails then",
                "IpcListenerAnnotationBeanPostProcessor.isSingleton -> BeanFactory.containsBean",
                "IpcListenerAnnotationBeanPostProcessor.isSingleton -> BeanFactory.isSingleton",
                "IpcListenerAnnotationBeanPostProcessor.recoverer -> BeanFactory.containsBean",
                "IpcListenerAnnotationBeanPostProcessor.recoverer -> BeanFactory.isTypeMatch",
                "ListenerScopes.isSynthetic -> ConfigurableListableBeanFactory.getMergedBeanDefinition",
                "ListenerScopes.createProxies -> BeanDefinition.getScope",
                "ListenerScopes.createProxies -> BeanDefinition.isAbstract",
                "ListenerScopes.createProxies -> BeanDefinition.isSingleton",
                "ListenerScopes.createProxies -> ConfigurableListableBeanFactory.getBeanDefinitionNames",
                "ListenerScopes.createProxies -> ConfigurableListableBeanFactory.getMergedBeanDefinition",
                "ListenerScopes.createProxy -> ConfigurableListableBeanFactory.getBean",
                "ListenerScopes.hasListeners -> ConfigurableListableBeanFactory.getType");
        list("in the thread that makes the bean, which fails then", "ListenerScopes.createProxy -> BiConsumer.accept",
                "CommonType.isDefault -> MergedAnnotation.getValue", "CommonType.isDefault -> MergedAnnotations.get",
                "CommonType.isOpen -> MergedAnnotations.isPresent",
                "IpcListenerAnnotationBeanPostProcessor.warnOnce -> Log.warn");
        list("the same as at Results.headers, which is reached, with the same delivery around it",
                "Results.forward -> Message.getHeaders");
        list("the same as at ListenerMethod.handle, which is reached, with the same delivery around it",
                "ListenerClass.handle -> IpcListenerErrorHandler.handleError",
                "ListenerClass.handle -> Message.getPayload");
        list("reads or sets a field or a thread-local of Micrometer's",
                "Observations.start -> Observation.contextualName",
                "Observations.start -> Observation.lowCardinalityKeyValues", "Observed.open -> Observation.isNoop",
                "Observed.<init> -> ObservationRegistry.getCurrentObservationScope",
                "Observed.open -> ObservationRegistry.setCurrentObservationScope",
                "Observed.leave -> ObservationRegistry.setCurrentObservationScope",
                "ClaimObservation.start -> Observation.contextualName",
                "ClaimObservation.start -> Observation.lowCardinalityKeyValue",
                "ClaimObservation.source -> Observation.lowCardinalityKeyValue",
                "RequestObservation.start -> Observation.contextualName",
                "RequestObservation.start -> Observation.lowCardinalityKeyValue");
        list("the same as at Dispatch.send, which is reached, with the same handing over around it",
                "Dispatch.publish -> Message.getPayload");
        list("code of the starter itself, in the thread that sends", "Outlets.<init> -> Supplier.get",
                "PerDestination.enter -> Function.apply");
    }

    /** Which calls throw, each in a turn of its own. */
    private static final List<Integer> CALLS = Stream.of(System.getProperty("ipc.campaign.calls", "1,3").split(","))
            .map(Integer::valueOf).toList();

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int SPARE_ROUNDS = 2;

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    private final Injection injection = new Injection();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final Set<String> missing = new TreeSet<>();
    private final IntPredicate sample = Effort.everyOf("throws", Injection.THROWABLES.size() * CALLS.size() / 2);
    private int tried;
    private int thrown;

    @Test
    void nothingEndsWithWhatAnyPlaceMeets() throws Exception {
        Set<Place> found = Places.find();
        TurboFilter filter = new Hooks(injection).log();
        LoggerContext logging = (LoggerContext) LoggerFactory.getILoggerFactory();
        java.util.logging.Logger core = java.util.logging.Logger.getLogger("io.resourcelink");
        logging.addTurboFilter(filter);
        core.setUseParentHandlers(false);
        try {
            rehearse();
            for (Place place : found) {
                if (!UNREACHED.containsKey(place.toString())) {
                    live(place);
                }
            }
        } finally {
            logging.getTurboFilterList().remove(filter);
            core.setUseParentHandlers(true);
        }
        print(found);
        assertThat(missing).as("places without an injection").isEmpty();
        assertThat(failures).as("what did not go on").isEmpty();
        assertThat(found.stream().map(Place::toString)).as("listed places exist").containsAll(UNREACHED.keySet());
        assertThat(injection.unmatched(found)).as("places that were reached and not found").isEmpty();
    }

    private static void list(String reason, String... places) {
        for (String place : places) {
            UNREACHED.put(place, reason);
        }
    }

    /** A life in which nothing throws: it shows which step leads to which place, and starts what lasts as long as the JVM. */
    private void rehearse() throws Exception {
        try (MessagingLife life = new MessagingLife(directories, injection)) {
            life.rehearse();
        }
    }

    private void print(Set<Place> found) {
        found.forEach(System.out::println);
        System.out.printf("%d places x %d throwables x calls %s: %d thrown; listed as not reached: %d; missing: %s%n",
                found.size(), Injection.THROWABLES.size(), CALLS, thrown, UNREACHED.size(), missing);
        UNREACHED.forEach((place, reason) -> System.out.println("not reached: " + place + ": " + reason));
        failures.forEach(System.out::println);
    }

    private void live(Place place) throws Exception {
        long threads = threads();
        MessagingLife life = new MessagingLife(directories, injection);
        try {
            for (Function<String, ? extends Throwable> throwable : Injection.throwables(place)) {
                for (int call : CALLS) {
                    if (missing.contains(place.toString())) {
                        return;
                    }
                    if (!sample.test(tried++)) {
                        continue;
                    }
                    turn(life, place, throwable, call);
                    expect(place + ": threads", threads + MessagingLife.THREADS);
                }
            }
        } finally {
            injection.disarm();
            close(life, place);
        }
        expect(place + ": threads after close()", threads);
    }

    private void expect(String what, long threads) {
        long start = System.nanoTime();
        while (threads() != threads && System.nanoTime() - start < PATIENCE.toNanos()) {
            LockSupport.parkNanos(1_000_000);
        }
        if (threads() != threads) {
            failures.add(what + ": " + threads() + " instead of " + threads);
        }
    }

    /** Has one call throw, and then everything work as before. */
    private void turn(MessagingLife life, Place place, Function<String, ? extends Throwable> throwable, int call) {
        Set<String> leading = injection.leadingTo(place);
        injection.arm(place, call, throwable);
        for (int round = 0; round < call + SPARE_ROUNDS && !injection.hasFired(); round++) {
            life.attempt(leading);
        }
        if (injection.hasFired()) {
            thrown++;
        } else {
            missing.add(place.toString());
        }
        injection.disarm();
        try {
            life.work(leading);
        } catch (Exception | Error e) {
            failures.add(place + ", " + throwable.apply("").getClass().getSimpleName() + " at call " + call + ": "
                    + String.valueOf(e).lines().filter(line -> !line.isBlank()).limit(2).toList());
        }
    }

    /** Closes everything, and has it throw once more meanwhile. */
    private void close(MessagingLife life, Place place) throws InterruptedException {
        Thread closing = Thread.ofPlatform().daemon().start(() -> {
            try {
                injection.arm(place, 1, AssertionError::new);
                life.close();
            } catch (RuntimeException | Error e) {
                if (!injection.hasFired()) {
                    failures.add(place + ", close: " + e);
                }
            } finally {
                injection.disarm();
            }
        });
        closing.join(TimeUnit.SECONDS.toMillis(30));
        if (closing.isAlive()) {
            failures.add(place + ": close() does not return");
        }
    }

    /** The threads of the library that only their owner ends. */
    private static long threads() {
        return Thread.getAllStackTraces().values().stream()
                .filter(stack -> Stream.of(stack).anyMatch(frame -> frame.getMethodName().equals("run")
                        && frame.getClassName().equals("io.resourcelink.internal.work.Worker")))
                .count();
    }
}
