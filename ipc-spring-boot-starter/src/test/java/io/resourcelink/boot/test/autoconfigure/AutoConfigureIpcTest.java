package io.resourcelink.boot.test.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.beans.BeanUtils;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.TestContextManager;
import org.springframework.test.context.TestExecutionListener;
import org.springframework.test.context.TestExecutionListeners;
import org.springframework.test.context.TestExecutionListeners.MergeMode;
import org.springframework.test.context.junit.jupiter.SpringJUnitConfig;

import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.collector.OrphanCollector;
import io.resourcelink.segment.CreateOptions;
import io.resourcelink.segment.ResourceKind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** A test of an application, and what happens to such tests when they leave something behind. */
@Tag("slow")
@SpringJUnitConfig(AutoConfigureIpcTest.Application.class)
@AutoConfigureIpc
class AutoConfigureIpcTest {

    /** {@return what runs a test, whose application has started} */
    private static TestContextManager begun(Object test) throws Exception {
        TestContextManager manager = new TestContextManager(test.getClass());
        manager.beforeTestClass();
        manager.prepareTestInstance(test);
        return manager;
    }

    private static ResourceLinkFactory factory(TestContextManager manager) {
        return manager.getTestContext().getApplicationContext().getBean(ResourceLinkFactory.class);
    }

    @Test
    void factoryAndCollectorAreThereWithADirectoryOfTheirOwn(@Autowired ResourceLinkFactory factory,
            @Autowired OrphanCollector collector) {
        assertThat(factory.directory().toString()).startsWith("/dev/shm/ipc-test-");
        assertThat(factory.directory(ResourceKind.MAPPED_FILE).toString()).contains("ipc-test-");
        assertThat(collector.status().runs()).isPositive();
    }

    @Test
    void whatIsClosedAndWhatTheApplicationHoldsIsNotLeftBehind(@Autowired ResourceLinkFactory factory) {
        factory.create("closed", 1).close();
        assertThat(factory.list()).hasSize(1);
    }

    @Test
    void aTestThatLeavesSegmentsFailsAndTheNextOneDoesNotSeeThem() throws Exception {
        Untidy test = new Untidy();
        Method method = Untidy.class.getDeclaredMethod("leavesSegments");
        TestContextManager manager = begun(test);
        ResourceLinkFactory factory = factory(manager);

        manager.beforeTestMethod(test, method);
        try (ResourceLink _ = factory.create("held", 1)) {
            factory.create("kept", 1, CreateOptions.defaults().withKind(ResourceKind.MAPPED_FILE).withKeep(true))
                    .close();
            assertThatExceptionOfType(AssertionError.class)
                    .isThrownBy(() -> manager.afterTestMethod(test, method, null))
                    .withMessageStartingWith(
                            "The test left segments behind: \"held\" (shared-memory), \"kept\" (mapped-file).");
            assertThat(factory.list()).isEmpty();
        }
        manager.beforeTestMethod(test, method);
        manager.afterTestMethod(test, method, null);

        manager.afterTestClass();
    }

    /** As a listener does that has replied to the test. */
    @Test
    void whatAnotherThreadClosesInAMomentIsNotLeftBehind() throws Exception {
        Untidy test = new Untidy();
        Method method = Untidy.class.getDeclaredMethod("leavesSegments");
        TestContextManager manager = begun(test);
        manager.beforeTestMethod(test, method);
        ResourceLink held = factory(manager).create("held", 1);
        Thread waiting = Thread.currentThread();
        Thread closing = Thread.ofPlatform().start(() -> {
            while (waiting.getState() != Thread.State.TIMED_WAITING && !Thread.interrupted()) {
                Thread.onSpinWait();
            }
            held.close();
        });

        try {
            manager.afterTestMethod(test, method, null);
        } finally {
            closing.interrupt();
            closing.join();
        }

        manager.afterTestClass();
    }

    @Test
    void theDirectoriesGoWithTheContext() throws Exception {
        TestContextManager manager = begun(new Untidy());
        ResourceLinkFactory factory = factory(manager);
        Path directory = factory.directory();
        assertThat(directory).exists();

        manager.afterTestClass();

        assertThat(factory.isClosed()).isTrue();
        assertThat(Files.exists(directory)).isFalse();
    }

    @Test
    void aTestWithListenersOfItsOwnIsCheckedToo() throws Exception {
        assertThatLeavingASegmentFails(WithListeners.class);
    }

    @Test
    void aTestWhoseContextIsClosedAfterTheMethodIsCheckedToo() throws Exception {
        assertThatLeavingASegmentFails(WithContextForOneMethod.class);
    }

    @Test
    void springKnowsNothingOfItInTestsWithoutTheAnnotation() throws IOException {
        for (URL factories : Collections.list(getClass().getClassLoader().getResources("META-INF/spring.factories"))) {
            try (InputStream file = factories.openStream()) {
                String text = new String(file.readAllBytes(), StandardCharsets.UTF_8);
                assertThat(text).doesNotContain("io.resourcelink.boot.test");
            }
        }
    }

    private static void assertThatLeavingASegmentFails(Class<?> type) throws Exception {
        Untidy test = (Untidy) BeanUtils.instantiateClass(type);
        Method method = type.getDeclaredMethod("leavesSegments");
        TestContextManager manager = begun(test);
        ResourceLinkFactory factory = factory(manager);
        manager.beforeTestMethod(test, method);
        try (ResourceLink _ = factory.create("held", 1)) {
            assertThatExceptionOfType(AssertionError.class)
                    .isThrownBy(() -> manager.afterTestMethod(test, method, null))
                    .withMessageContaining("\"held\" (shared-memory)");
        }
        manager.afterTestClass();
    }

    /** Run by hand. */
    @SpringJUnitConfig(Empty.class)
    @AutoConfigureIpc
    @DirtiesContext
    static class Untidy {

        void leavesSegments() {}
    }

    /** Run by hand. */
    @SpringJUnitConfig(Empty.class)
    @AutoConfigureIpc
    @TestExecutionListeners(listeners = Quiet.class, mergeMode = MergeMode.MERGE_WITH_DEFAULTS)
    @DirtiesContext
    static class WithListeners extends Untidy {

        @Override
        void leavesSegments() {}
    }

    static class Quiet implements TestExecutionListener {}

    /** Run by hand. */
    @SpringJUnitConfig(Empty.class)
    @AutoConfigureIpc
    static class WithContextForOneMethod extends Untidy {

        @Override
        @DirtiesContext
        void leavesSegments() {}
    }

    @Configuration(proxyBeanMethods = false)
    static class Empty {}

    @Configuration(proxyBeanMethods = false)
    static class Application {

        @Bean
        ResourceLink heldByTheApplication(ResourceLinkFactory factory) {
            return factory.create("application", 1);
        }
    }
}
