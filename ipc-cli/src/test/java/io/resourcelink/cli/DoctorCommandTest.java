package io.resourcelink.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.Content;
import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.cli.Examination.Place;
import io.resourcelink.cli.Holdings.Holder;
import io.resourcelink.cli.Holdings.Holding;
import io.resourcelink.error.SpaceLimit;
import io.resourcelink.internal.store.directory.Diagnosis;
import io.resourcelink.internal.store.directory.Diagnosis.Check;
import io.resourcelink.internal.store.directory.Diagnosis.Result;
import io.resourcelink.segment.Capacity;
import io.resourcelink.segment.ResourceKind;
import io.resourcelink.segment.ResourceLinkInfo;
import io.resourcelink.segment.SegmentState;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(SharedMemoryDirectory.class)
class DoctorCommandTest {

    private static final Examination FOUND = new Examination(
            List.of(new Place(
                    new Diagnosis(ResourceKind.SHARED_MEMORY, Path.of("/dev/shm/ipc-0"), true, "tmpfs",
                            new Capacity(
                                    67_108_864, 1_048_576, SpaceLimit.CONTROL_GROUP, "/sys/fs/cgroup/a/memory.max"),
                            new Diagnosis.Staged(3, 3 << 20, 1 << 20), Diagnosis.Naming.BY_PROC,
                            List.of(new Check("platform", Result.PASSED, "Fine."),
                                    new Check("locks", Result.UNPROVEN, "Not\ntried."))),
                    new Mount("/dev/shm", "rw,size=65536k,inode64")),
                    new Place(new Diagnosis(ResourceKind.MAPPED_FILE, Path.of("/a"), false, null, null, null, null,
                            List.of(new Check("directory", Result.FAILED, "Bad."))), null)),
            new Machine("6.8.0", "aarch64", 65_536L, "25+1 (X)", true, 1L << 31, 1L << 30, 1024L, null, 65_530L, null,
                    true),
            new Holdings(List.of(
                    new Holding(
                            new ResourceLinkInfo("frames", ResourceKind.SHARED_MEMORY, 3, 0, Instant.EPOCH,
                                    Duration.ZERO,
                                    null, null, false, 1_048_640, 1_048_576, SegmentState.OPEN, false, 1, 1, 0),
                            List.of(new Holder(17, "java", true, true), new Holder(18, "py\033", true, false))),
                    new Holding(new ResourceLinkInfo("o", ResourceKind.MAPPED_FILE, 0, 0, Instant.EPOCH, Duration.ZERO,
                            null, null, false, 64, 0, SegmentState.OPEN, false, 1, 1, 0), List.of())),
                    1));

    @Test
    void theReportAsText() {
        assertThat(new TextFormat().examination(FOUND)).isEqualTo(
                """
                        shared-memory: /dev/shm/ipc-0

                        RESULT    CHECK     FINDING
                        passed    platform  Fine.
                        unproven  locks     Not\\ntried.

                        file system:    tmpfs
                        mounted on:     /dev/shm
                        mount options:  size=65536k huge=-
                        huge pages:     no; a large segment that is not recycled would take about a third of the time with \
                        mount -o remount,huge=within_size /dev/shm
                        room:           1.0MiB free of 64.0MiB, limited by control-group (/sys/fs/cgroup/a/memory.max)
                        stage:          3.0MiB in 3 files without a key; 1.0MiB of that belongs to no process, and ipc gc removes it

                        mapped-file: /a

                        RESULT  CHECK      FINDING
                        failed  directory  Bad.

                        file system:    -
                        mounted on:     -
                        mount options:  -
                        room:           -
                        stage:          -

                        kernel:                         6.8.0
                        architecture:                   aarch64
                        page size:                      65536
                        jdk:                            25+1 (X)
                        native access:                  allowed
                        memory:                         1.0GiB available of 2.0GiB
                        open files:                     1024 soft, - hard
                        vm.max_map_count:               65530
                        fs.inotify.max_user_instances:  -
                        RemoveIPC of logind.conf:       yes: systemd removes this user\'s files in /dev/shm when the last session \
                        ends; run services as system users, or set it to no

                        KEY     KIND           REFCOUNT    SIZE  HELD BY
                        frames  shared-memory         3  1.0MiB  17 java (mapped, open), 18 py\\u001b (mapped)
                        o       mapped-file           0     64B  -

                        1 of the processes could not be looked into, and may hold any of these.
                        """);
    }

    @Test
    void aMountThatGivesHugePagesIsRecognized() {
        assertThat(new Mount("/dev/shm", "rw,size=64k,huge=within_size").usesHugePages()).isTrue();
        assertThat(new Mount("/dev/shm", "rw,huge=always").usesHugePages()).isTrue();
        assertThat(new Mount("/dev/shm", "rw,huge=advise").usesHugePages()).isFalse();
        assertThat(new Mount("/dev/shm", "rw,huge=never").usesHugePages()).isFalse();
    }

    @Test
    void theReportAsJson() {
        assertThat(new JsonFormat().examination(FOUND)).isEqualTo(
                """
                        {"directories":[{"kind":"shared-memory","directory":"/dev/shm/ipc-0","exists":true,"suitable":true,\
                        "fileSystem":"tmpfs","naming":"by-proc","total":67108864,"free":1048576,"limitedBy":"control-group",\
                        "stagedFiles":3,"stagedBytes":3145728,"stagedUnheldBytes":1048576,"mountPoint":"/dev/shm",\
                        "mountSize":"65536k","mountHuge":null,\
                        "checks":[{"name":"platform","result":"passed","sentence":"Fine."},\
                        {"name":"locks","result":"unproven","sentence":"Not\\ntried."}]},\
                        {"kind":"mapped-file","directory":"/a","exists":false,"suitable":false,"fileSystem":null,"naming":null,\
                        "total":null,"free":null,"limitedBy":null,\
                        "stagedFiles":null,"stagedBytes":null,"stagedUnheldBytes":null,"mountPoint":null,"mountSize":null,"mountHuge":null,\
                        "checks":[{"name":"directory","result":"failed","sentence":"Bad."}]}],\
                        "host":{"kernel":"6.8.0","architecture":"aarch64","pageSize":65536,"jdk":"25+1 (X)",\
                        "nativeAccess":true,"memoryTotal":2147483648,"memoryAvailable":1073741824,"removeIpc":true},\
                        "limits":{"openFilesSoft":1024,"openFilesHard":null,"maxMapCount":65530,"inotifyInstances":null},\
                        "segments":[{"key":"frames","kind":"shared-memory","refcount":3,"size":1048640,"holders":[\
                        {"pid":17,"name":"java","mapped":true,"open":true},\
                        {"pid":18,"name":"py\\u001B","mapped":true,"open":false}]},\
                        {"key":"o","kind":"mapped-file","refcount":0,"size":64,"holders":[]}],"unreadableProcesses":1}
                        """);
    }

    @Test
    void namesTheProcessThatHoldsASegment(Path directory) {
        try (var factory = ResourceLinkFactory.builder().directory(directory).build();
                var other = ResourceLinkFactory.builder().directory(directory).build();
                ResourceLink created = factory.create("created", 36);
                ResourceLink acquired = other.acquire("created")) {
            CommandRun run = CommandRun.in(directory, "doctor");

            assertThat(run.exitCode()).isZero();
            assertThat(run.err()).isEmpty();
            assertThat(run.lines()).anyMatch(line -> line.matches("created +shared-memory +2 +100B +"
                    + ProcessHandle.current().pid() + " \\S+.* \\(mapped, open\\)"));
            assertThat(created.refcount()).isEqualTo(acquired.refcount()).isEqualTo(2);
        }
    }

    @Test
    void whatLiesOnTheStageIsNamed(Path directory) throws Exception {
        try (var factory = ResourceLinkFactory.builder().directory(directory).build()) {
            factory.publish("frame", Content.filling(100, _ -> {})).close();
            assertThat(CommandRun.in(directory, "doctor").lines())
                    .anyMatch(line -> line
                            .matches("stage: +(empty|\\S+ in 1 file without a key; each belongs to a process)"));
            Path stage = Files.createDirectories(directory.resolve(".stage"));
            Files.setPosixFilePermissions(stage, PosixFilePermissions.fromString("rwx------"));
            Path left = Files.write(stage.resolve("left"), new byte[2048]);

            assertThat(CommandRun.in(directory, "doctor").out())
                    .contains("2.0KiB of that belongs to no process, and ipc gc removes");
            assertThat(left).exists();
            assertThat(CommandRun.in(directory, "gc").out()).contains(".stage/left");
            assertThat(CommandRun.in(directory, "doctor", "--json").out()).contains("\"stagedUnheldBytes\":0,");
        }
    }

    @Test
    void anOrphanIsHeldByNobody(Path directory) throws Exception {
        try (var factory = ResourceLinkFactory.builder().directory(directory).build();
                ResourceLink held = factory.create("held", 36)) {
            Files.copy(directory.resolve("held"), directory.resolve("orphan"));

            assertThat(CommandRun.in(directory, "doctor", "--json").out()).contains("""
                    {"key":"orphan","kind":"shared-memory","refcount":0,"size":%d,"holders":[]}""".formatted(
                    held.size()));
            factory.remove("orphan");
        }
    }

    @Test
    void showsTheMachineAndItsLimits(Path directory) {
        CommandRun run = CommandRun.in(directory, "doctor", "--json");

        assertThat(run.out()).contains("\"fileSystem\":\"tmpfs\"", "\"mountPoint\":\"/dev/shm\"",
                "\"kernel\":\"" + System.getProperty("os.version") + "\"", "\"unreadableProcesses\":");
        assertThat(run.out()).containsPattern("\"pageSize\":(4096|16384|65536),")
                .containsPattern("\"memoryAvailable\":\\d+").containsPattern("\"openFilesHard\":(\\d+|null)")
                .containsPattern("\"maxMapCount\":\\d+").containsPattern("\"inotifyInstances\":\\d+");
    }

    @Test
    void aCheckThatFailsIsAnExitCodeAndALine(Path directory) {
        Path missing = directory.resolve("no/such");

        CommandRun run = CommandRun.in(missing, "doctor");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).contains("neither it nor its parent exists");
        assertThat(run.err()).isEqualTo("error: 1 check failed; the report says why and what to do\n");
    }

    @Test
    void aMissingDirectoryIsTestedThroughItsParentAndNotMade(Path directory) {
        CommandRun run = CommandRun.in(directory.resolve("missing"), "doctor", "--kind", "mapped-file");

        assertThat(run.exitCode()).isZero();
        assertThat(run.lines().getFirst()).isEqualTo("mapped-file: " + directory + "/missing");
        assertThat(run.out()).contains("It does not exist yet").contains("No segments.");
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void theDeepestAndLastMountIsTheOneInUse() {
        List<String> mounts = List.of("27 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard", "garbage",
                "25 24 0:23 / /dev/shm rw - tmpfs tmpfs rw,size=1k",
                "30 25 0:27 / /dev/shm rw shared:1 master:2 - tmpfs tmpfs rw,size=64k,huge=advise",
                "31 27 0:28 / /with\\040blank rw - tmpfs tmpfs rw");

        assertThat(Mount.find(mounts, Path.of("/dev/shm/ipc-0"))).isNotNull().returns("64k", m -> m.option("size"))
                .returns("advise", m -> m.option("huge"));
        assertThat(Mount.find(mounts, Path.of("/dev/shmx"))).isNotNull().returns("/", Mount::point)
                .returns(null, m -> m.option("size"));
        assertThat(Mount.find(mounts, Path.of("/with blank"))).isNotNull().returns("/with blank", Mount::point);
        assertThat(Mount.find(List.of(), Path.of("/"))).isNull();
    }

    @Test
    void aProcThatSaysNothingIsSurvived(Path directory) throws Exception {
        Machine machine = Machine.read(directory);
        assertThat(machine.pageSize()).isNull();
        assertThat(machine.memoryTotal()).isNull();
        assertThat(machine.openFilesSoft()).isNull();
        assertThat(machine.maxMapCount()).isNull();
        assertThat(new ProcessTable(directory).scan()).isEqualTo(new Holdings(List.of(), 0));
    }
}
