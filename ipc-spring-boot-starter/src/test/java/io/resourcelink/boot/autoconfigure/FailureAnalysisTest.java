package io.resourcelink.boot.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.resourcelink.InProcessMemory;
import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.TestDirectories;
import io.resourcelink.boot.messaging.IpcListener;
import io.resourcelink.error.OsException;
import io.resourcelink.error.OutOfSpaceException;
import io.resourcelink.error.SegmentNotFoundException;
import io.resourcelink.error.SpaceLimit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/** What an application prints that does not start. */
@Tag("slow")
@ExtendWith(OutputCaptureExtension.class)
class FailureAnalysisTest {

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    @Test
    void wrongValueIsNamedWithItsOriginAndWhatWouldDo(CapturedOutput output) {
        startFails(Application.class, "--ipc.gc.interval=0s");
        assertThat(output).contains("APPLICATION FAILED TO START",
                "Property ipc.gc.interval must be at least 1ms; it was PT0S. It was set by \"ipc.gc.interval\" from"
                        + " property source \"commandLineArgs\".",
                "Set ipc.gc.interval to at least 1ms, or remove it to use its default.");
    }

    @Test
    void wrongPatternIsNamedToo(CapturedOutput output) {
        startFails(Application.class, "--ipc.ttl.patterns[frame-*]=-5s");
        assertThat(output).contains("Property ipc.ttl.patterns[frame-*] must be at least 1ms, or 0 for none; it was"
                + " PT-5S. It was set by ");
    }

    @Test
    void wrongNameIsAnsweredWithTheRightOnes(CapturedOutput output) {
        startFails(Application.class, "--ipc.leak-detection=some");
        assertThat(output).contains("APPLICATION FAILED TO START", "Property: ipc.leak-detection", "FULL", "OFF",
                "SIMPLE");
    }

    @Test
    void directoryOnADiskIsAnsweredWithTheProperty(CapturedOutput output) {
        startFails(Application.class, "--ipc.directory=" + directories.files());
        assertThat(output).contains("APPLICATION FAILED TO START",
                "Directory " + directories.files() + " cannot hold segments", "Set ipc.directory to a directory");
    }

    @Test
    void directoryWithoutAParentIsAnsweredWithTheProperty(CapturedOutput output) {
        startFails(Application.class, "--ipc.directory=" + directories.memory().resolve("missing/segments"));
        assertThat(output).contains("APPLICATION FAILED TO START", "missing", "Set ipc.directory to a directory");
    }

    @Test
    void directoryThatOthersCanWriteToIsAnsweredWithHowToShareOne(CapturedOutput output) throws IOException {
        Path open = Files.createDirectory(directories.memory().resolve("open"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
        startFails(Application.class, "--ipc.directory=" + open);
        assertThat(output).contains("APPLICATION FAILED TO START", "Access to ", "ipc.directory-permissions=rwxrwx---");
    }

    @Test
    void directoryOfChannelsIsAnsweredWithItsOwnProperty(CapturedOutput output) throws IOException {
        Path open = Files.createDirectory(directories.memory().resolve("open"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
        startFails(Listening.class, "--ipc.channels.directory=" + open);
        assertThat(output).contains("APPLICATION FAILED TO START", "could not be opened in " + open,
                "Set ipc.channels.directory to a directory").doesNotContain("Set ipc.directory");
    }

    @Test
    void attributesOfListenersAreNamed() {
        for (String value : List.of("--threads=many", "--starts=perhaps")) {
            assertThatException().isThrownBy(() -> new SpringApplicationBuilder(Listening.class)
                    .web(WebApplicationType.NONE).properties(directories.properties()).registerShutdownHook(false)
                    .run(value).close())
                    .withMessageContaining(value.startsWith("--threads") ? "Attribute concurrency" : "Attribute auto")
                    .withMessageContaining("Listening.listen").withMessageContaining(value.substring(10));
        }
    }

    @Test
    void lackOfSpaceIsAnsweredWithTheLinesForContainers(CapturedOutput output) {
        startFails(TooLarge.class);
        assertThat(output).contains("APPLICATION FAILED TO START", "No space for segment \"frame\"",
                "Give the InProcessMemory a larger capacity. The command ipc ls lists the segments")
                .doesNotContain("docker run");
        assertThat(new SegmentSpaceFailureAnalyzer()
                .analyze(new OutOfSpaceException("frame", 2L << 30, 1000, "/dev/shm/ipc-0"))).isNotNull()
                .extracting(FailureAnalysis::getAction).asString().contains("docker run --shm-size=3g",
                        "emptyDir: {medium: Memory, sizeLimit: 3Gi}", "mountPath: /dev/shm");
        assertThat(new SegmentSpaceFailureAnalyzer().analyze(new OutOfSpaceException("frame", 2L << 30, 1000,
                SpaceLimit.CONTROL_GROUP, "/sys/fs/cgroup/memory.max"))).isNotNull()
                .extracting(FailureAnalysis::getAction).asString()
                .contains("Raise the memory limit (docker run --memory=").doesNotContain("--shm-size");
    }

    @Test
    void watcherThatCannotBeMadeIsAnsweredWithItsProperty() {
        assertThat(new SegmentDirectoryFailureAnalyzer()
                .analyze(new OsException("inotify_init1", 24, "EMFILE", "/dev/shm/ipc-0", "Too many open files.")))
                .isNotNull().extracting(FailureAnalysis::getDescription, FailureAnalysis::getAction)
                .satisfiesExactly(description -> assertThat(description).asString().contains("EMFILE"),
                        action -> assertThat(action).asString().contains("ipc.gc.watch=false",
                                "fs.inotify.max_user_instances"));
    }

    @Test
    void whatAnApplicationMayExpectIsNotAnalysed() {
        assertThat(new SegmentDirectoryFailureAnalyzer().analyze(new SegmentNotFoundException("frame", "/dev/shm")))
                .isNull();
        assertThat(new NativeAccessFailureAnalyzer().analyze(foreign(new IllegalCallerException()))).isNull();
        assertThat(new UnsupportedSystemFailureAnalyzer().analyze(foreign(new UnsupportedOperationException())))
                .isNull();
    }

    private static Throwable foreign(Throwable failure) {
        failure.setStackTrace(new StackTraceElement[]{ new StackTraceElement("org.example.Other", "call", null, 1) });
        return failure;
    }

    private void startFails(Class<?> application, String... arguments) {
        assertThatException().isThrownBy(() -> new SpringApplicationBuilder(application).web(WebApplicationType.NONE)
                .properties(directories.properties()).registerShutdownHook(false).run(arguments).close());
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {}

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Listening {

        @IpcListener(destination = "texts", concurrency = "${threads:1}", autoStartup = "${starts:true}")
        void listen(String text) {}
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class TooLarge {

        @Bean
        InProcessMemory memory() {
            return new InProcessMemory(1000);
        }

        @Bean
        ResourceLink frame(ResourceLinkFactory factory) {
            return factory.create("frame", 2L << 30);
        }
    }
}
