package io.resourcelink.boot.test.autoconfigure;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.test.context.TestContext;
import org.springframework.test.context.event.AfterTestMethodEvent;
import org.springframework.test.context.event.BeforeTestMethodEvent;
import org.springframework.test.context.event.TestContextEvent;

import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.segment.ResourceKind;

/**
 * Fails a test that leaves a segment behind, and removes the segment so that the next test does not see it. Spring's test
 * framework publishes the events in the thread of the test, and an exception of this listener fails the test.
 */
final class LeftSegments implements ApplicationListener<TestContextEvent> {

    private static final String BEFORE = LeftSegments.class.getName() + ".before";

    /** How long a segment may still be there after the test: longer than a thread waits for a processor. */
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(1);
    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(1);

    private record Name(String key, ResourceKind kind) {

        @Override
        public String toString() {
            return '"' + key + "\" (" + kind.label() + ')';
        }
    }

    private final ApplicationContext context;

    LeftSegments(ApplicationContext context) {
        this.context = context;
    }

    @Override
    public void onApplicationEvent(TestContextEvent event) {
        switch (event) {
            case BeforeTestMethodEvent before -> factory().ifPresent(factory -> before.getTestContext()
                    .setAttribute(BEFORE, new HashSet<>(names(factory))));
            case AfterTestMethodEvent after -> factory().ifPresent(factory -> check(after.getTestContext(), factory));
            default -> {
                // Nothing is created and nothing is left behind.
            }
        }
    }

    private Optional<ResourceLinkFactory> factory() {
        return Optional.ofNullable(context.getBeanProvider(ResourceLinkFactory.class).getIfUnique());
    }

    /** An executor of the application's event multicaster would take the exception away from the test. */
    @Override
    public boolean supportsAsyncExecution() {
        return false;
    }

    private static void check(TestContext test, ResourceLinkFactory factory) {
        if (!(test.removeAttribute(BEFORE) instanceof Set<?> before)) {
            return;
        }
        List<Name> left = left(factory, before);
        left.forEach(name -> factory.remove(name.key(), name.kind()));
        if (!left.isEmpty()) {
            throw new AssertionError("The test left segments behind: "
                    + left.stream().map(Name::toString).collect(Collectors.joining(", "))
                    + ". Close every link, and remove every segment that is created with the option to keep it.");
        }
    }

    /** A listener closes what came in a message only when it has replied, so the test may be quicker. */
    private static List<Name> left(ResourceLinkFactory factory, Set<?> before) {
        long start = System.nanoTime();
        while (true) {
            List<Name> left = names(factory).stream().filter(name -> !before.contains(name)).toList();
            if (left.isEmpty() || System.nanoTime() - start > PATIENCE) {
                return left;
            }
            LockSupport.parkNanos(PAUSE);
        }
    }

    private static List<Name> names(ResourceLinkFactory factory) {
        return factory.list().stream().map(segment -> new Name(segment.key(), segment.kind())).toList();
    }
}
