package io.resourcelink.boot.test.autoconfigure;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.test.context.TestContext;
import org.springframework.test.context.TestContextAnnotationUtils;
import org.springframework.test.context.TestExecutionListener;

import io.resourcelink.ResourceKind;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.ResourceLinkInfo;

/** Fails a test that is {@link AutoConfigureIpc} and leaves a segment behind, and removes it for the next one's sake. */
final class LeftSegmentsListener implements TestExecutionListener, Ordered {

    private static final String BEFORE = LeftSegmentsListener.class.getName() + ".before";

    private record Name(String key, ResourceKind kind) {

        @Override
        public String toString() {
            return '"' + key + "\" (" + kind.label() + ')';
        }
    }

    LeftSegmentsListener() {}

    /** After all others, so that what they clean up is not taken for left behind: listeners end in reverse order. */
    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE;
    }

    @Override
    public void beforeTestMethod(TestContext test) {
        ResourceLinkFactory factory = factory(test);
        if (factory != null) {
            test.setAttribute(BEFORE, new HashSet<>(names(factory)));
        }
    }

    @Override
    public void afterTestMethod(TestContext test) {
        ResourceLinkFactory factory = factory(test);
        if (factory == null || !(test.removeAttribute(BEFORE) instanceof Set<?> before)) {
            return;
        }
        List<Name> left = names(factory).stream().filter(name -> !before.contains(name)).toList();
        left.forEach(name -> factory.remove(name.key(), name.kind()));
        if (!left.isEmpty()) {
            throw new AssertionError("The test left segments behind: "
                    + left.stream().map(Name::toString).collect(Collectors.joining(", "))
                    + ". Close every link, and remove what was created to be kept.");
        }
    }

    private static List<Name> names(ResourceLinkFactory factory) {
        return factory.list().stream().map((ResourceLinkInfo segment) -> new Name(segment.key(), segment.kind()))
                .toList();
    }

    private static @Nullable ResourceLinkFactory factory(TestContext test) {
        return TestContextAnnotationUtils.hasAnnotation(test.getTestClass(), AutoConfigureIpc.class)
                && test.hasApplicationContext()
                        ? test.getApplicationContext().getBeanProvider(ResourceLinkFactory.class).getIfUnique()
                        : null;
    }
}
