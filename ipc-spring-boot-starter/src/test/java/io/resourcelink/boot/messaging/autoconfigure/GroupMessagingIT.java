package io.resourcelink.boot.messaging.autoconfigure;

import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.FileSystemUtils;

import io.resourcelink.Content;
import io.resourcelink.OtherUser;
import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.TestDirectories;
import io.resourcelink.boot.messaging.IpcListener;
import io.resourcelink.boot.messaging.IpcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/** Two applications of ordinary users who have a supplementary group in common, set up as the documentation says. */
@Timeout(180)
class GroupMessagingIT {

    private static final int GROUP = 54_715;
    private static final OtherUser ANNA = new OtherUser(54_007, 54_007, List.of(GROUP));
    private static final OtherUser BEN = new OtherUser(54_008, 54_008, List.of(GROUP));

    @TempDir
    private static Path copies;

    private static String classPath = "";

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    private final List<Process> started = new ArrayList<>();

    @BeforeAll
    static void otherUsersCanRunTheseClasses() throws Exception {
        Files.setAttribute(copies, "unix:mode", 0755);
        classPath = OtherUser.readableClassPath(copies);
        ANNA.assumeCanRun(classPath);
    }

    @AfterEach
    void killAll() {
        started.forEach(process -> process.destroyForcibly().onExit().join());
    }

    private Process start(OtherUser user, Class<?> main) throws Exception {
        Process process = new ProcessBuilder(user.command(classPath, main.getName(),
                "--ipc.directory=" + pictures(), "--ipc.directory-group=" + GROUP,
                "--ipc.directory-permissions=rwxrwx---", "--ipc.segment-permissions=rw-rw----",
                "--ipc.trusted-owners=" + ANNA.user() + "," + BEN.user(),
                "--ipc.mapped-file-directory=" + pictures() + "-on-disk"))
                .redirectErrorStream(true).start();
        started.add(process);
        return process;
    }

    private Path pictures() {
        return directories.memory().resolve("pictures");
    }

    private static String await(Process process, String text) throws Exception {
        BufferedReader out = process.inputReader();
        StringBuilder all = new StringBuilder();
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.contains(text)) {
                return line;
            }
            all.append(line).append('\n');
        }
        throw new AssertionError("The process did not say \"" + text + "\": " + all);
    }

    @Test
    void requestsWithLinksAreAnswered() throws Exception {
        Files.setAttribute(directories.memory(), "unix:mode", 01777);
        Process detector = start(ANNA, DetectorApplication.class);
        await(detector, "Serving frames");
        Process camera = start(BEN, CameraApplication.class);

        assertThat(await(camera, "Answer:")).isEqualTo("Answer: 4 bytes read by user " + ANNA.user());

        assertThat(camera.waitFor()).isZero();
        detector.destroy();
        assertThat(detector.waitFor()).isEqualTo(143);
        try (var files = Files.list(pictures())) {
            assertThat(files).allMatch(file -> file.getFileName().toString().startsWith("."));
        }
        assertThat(FileSystemUtils.deleteRecursively(pictures().toFile())).isTrue();
    }

    record Frame(ResourceLink pixels) {}

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class DetectorApplication {

        public static void main(String[] arguments) {
            start(DetectorApplication.class, arguments);
            System.out.println("Serving frames");
        }

        static ConfigurableApplicationContext start(Class<?> application, String[] arguments) {
            SpringApplication starting = new SpringApplication(application);
            starting.setWebApplicationType(WebApplicationType.NONE);
            return starting.run(arguments);
        }

        @IpcListener("frames")
        String detect(Frame frame) throws Exception {
            return frame.pixels().payloadSize() + " bytes read by user "
                    + Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class CameraApplication {

        public static void main(String[] arguments) {
            try (ConfigurableApplicationContext context = DetectorApplication.start(CameraApplication.class, arguments);
                    ResourceLink pixels = context.getBean(ResourceLinkFactory.class).publish("frame",
                            Content.of(new byte[]{ 1, 2, 3, 4 }))) {
                System.out.println("Answer: " + context.getBean(IpcTemplate.class).convertSendAndReceive("frames",
                        new Frame(pixels), String.class));
            }
        }
    }
}
