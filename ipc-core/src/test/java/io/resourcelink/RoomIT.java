package io.resourcelink;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.error.OutOfSpaceException;
import io.resourcelink.internal.store.directory.Diagnosis;
import io.resourcelink.memory.SharedMemory;
import io.resourcelink.segment.Capacity;
import io.resourcelink.segment.ResourceKind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/** Limits of the kernel, for real: children in a control group, under RLIMIT_FSIZE, and on mounts of their own. */
@ExtendWith(SharedMemoryDirectory.class)
class RoomIT {

    private static final long MIB = 1L << 20;
    private static final Path MEMORY = Path.of("/sys/fs/cgroup/memory");

    private static String run(List<String> prefix, Class<?> main, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(PeerProcess.java(main));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    private static boolean works(List<String> prefix) throws InterruptedException {
        List<String> command = new ArrayList<>(prefix);
        command.add("true");
        try {
            return new ProcessBuilder(command).redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor() == 0;
        } catch (IOException _) {
            return false;
        }
    }

    /** A group of version 1 with 200 MiB and no swap, below this process's own; {@code null} if none can be made. */
    private static @Nullable Path group() throws IOException {
        String own = Files.readAllLines(Path.of("/proc/self/cgroup")).stream()
                .filter(line -> line.contains(":memory:")).map(line -> line.substring(line.lastIndexOf(':') + 1))
                .findFirst().orElse(null);
        if (own == null || !Files.isDirectory(MEMORY)) {
            return null;
        }
        Path parent = MEMORY.resolve(own.substring(1)).normalize();
        try {
            return Files.createDirectory((Files.isDirectory(parent) ? parent : MEMORY)
                    .resolve("resourcelink-" + ProcessHandle.current().pid()));
        } catch (IOException _) {
            return null;
        }
    }

    @Test
    void moreThanTheControlGroupAllowsIsATypedErrorAndNotAKill(Path directory) throws Exception {
        Path group = group();
        assumeThat(group).as("a control group of version 1 that can be made").isNotNull();
        if (group == null) {
            return;
        }
        try {
            Files.writeString(group.resolve("memory.limit_in_bytes"), Long.toString(200 * MIB));
            List<String> inGroup = List.of("sh", "-c", "echo $$ > \"$1\"/cgroup.procs && shift && exec \"$@\"", "sh",
                    group.toString());
            assertThat(run(inGroup, InControlGroup.class, directory.toString())).isEqualTo("done\n");
        } finally {
            Deadline.awaitTrue("the group is empty", () -> group.toFile().delete());
        }
    }

    /** Fills the group bit by bit, gives way, and is refused what would end it. */
    static final class InControlGroup {

        public static void main(String[] arguments) {
            try (ResourceLinkFactory factory = ResourceLinkFactory.builder().directory(Path.of(arguments[0])).build()) {
                Capacity capacity = factory.capacity();
                check(capacity.limit().label().equals("control-group") && capacity.free() < 200 * MIB,
                        capacity.toString());
                expectRefusal(() -> factory.create("whole", 1000 * MIB).close());
                expectRefusal(() -> factory.publish("whole", Content.filling(1000 * MIB, payload -> {})).close());
                expectRefusal(() -> SharedMemory.builder(1000 * MIB).close());
                byte[] frame = new byte[(int) (30 * MIB)];
                for (int round = 0; round < 20; round++) {
                    factory.publish("frame-" + round, Content.of(frame)).close();
                }
                List<ResourceLink> links = new ArrayList<>();
                expectRefusal(() -> {
                    for (int number = 0; number < 100; number++) {
                        links.add(factory.create("part-" + number, 10 * MIB));
                    }
                });
                check(links.size() >= 3, "only " + links.size());
                links.forEach(ResourceLink::close);
                factory.create("again", 20 * MIB).close();
                System.out.println("done");
            }
        }
    }

    static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }

    private static void expectRefusal(Runnable operation) {
        try {
            operation.run();
        } catch (OutOfSpaceException e) {
            check(e.limit().label().equals("control-group")
                    && String.valueOf(e.getMessage()).contains("limit_in_bytes"),
                    String.valueOf(e.getMessage()));
            return;
        }
        throw new AssertionError("not refused");
    }

    @Test
    void theSizeOfAFileIsNamed(Path directory) throws Exception {
        List<String> limited = List.of("prlimit", "--fsize=" + 4 * MIB);
        assumeThat(works(limited)).as("prlimit is installed").isTrue();
        assertThat(run(limited, UnderFileSize.class, directory.toString(), "3000000")).isEqualTo("done\n");
        assertThat(run(List.of("prlimit", "--fsize=65536"), UnderFileSize.class, directory.toString(), "60000"))
                .isEqualTo("done\n");
    }

    /** Makes what is allowed, and is told of the limit when it wants more, small or large. */
    static final class UnderFileSize {

        public static void main(String[] arguments) {
            long fits = Long.parseLong(arguments[1]);
            try (ResourceLinkFactory factory = ResourceLinkFactory.builder().directory(Path.of(arguments[0])).build()) {
                factory.create("fits", fits).close();
                expect(() -> factory.create("large", 2 * fits));
                expect(() -> factory.publish("large", Content.of(new byte[(int) (2 * fits)])));
                expect(() -> SharedMemory.builder(2 * fits));
                check(factory.list().isEmpty(), "left: " + factory.list());
                check(factory.capacity().limit().label().equals("file-size"), factory.capacity().toString());
                System.out.println("done");
            }
        }

        private static void expect(Runnable operation) {
            try {
                operation.run();
            } catch (OutOfSpaceException e) {
                check(String.valueOf(e.getMessage()).contains("RLIMIT_FSIZE"), String.valueOf(e.getMessage()));
                return;
            }
            throw new AssertionError("not refused");
        }
    }

    @Test
    void doctorSaysWhatHugetlbfsLacks(Path directory) throws Exception {
        List<String> mounted = List.of("unshare", "--mount", "sh", "-c",
                "mount -t hugetlbfs none \"$1\" && chmod 700 \"$1\" && shift && exec \"$@\"", "sh",
                directory.toString());
        assumeThat(works(mounted)).as("hugetlbfs can be mounted here").isTrue();
        assertThat(run(mounted, Doctor.class, directory.toString()))
                .contains("hugetlbfs, whose files cannot be written")
                .contains("vm.nr_hugepages").doesNotContain("full").doesNotContain("ipc gc");
    }

    /** Prints what is found out about a directory. */
    static final class Doctor {

        public static void main(String[] arguments) {
            for (ResourceKind kind : ResourceKind.values()) {
                Diagnosis diagnosis = ResourceLinkFactory.builder().directory(Path.of(arguments[0]))
                        .mappedFileDirectory(Path.of(arguments[0])).diagnose(kind);
                System.out.println(kind + " " + diagnosis.checks());
            }
        }
    }
}
