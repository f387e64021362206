package io.resourcelink.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;

import io.resourcelink.cli.Examination.Place;
import io.resourcelink.internal.store.directory.Diagnosis;
import io.resourcelink.segment.ResourceLinkInfo;

/** {@code ipc doctor}: whether segments work here, and which processes hold which. */
@Command(name = "doctor", footer = DoctorCommand.DETAILS, description = """
        Tests whether segments work here, of both kinds unless one is named, and shows the machine, its limits, and \
        which processes hold which segment.
        Makes nothing, not even a directory that is missing: its parent is tested instead. \
        Looks into all processes this user may read; root sees them all.
        Exit code 1 if a check failed.""")
final class DoctorCommand implements Callable<Integer> {

    static final String DETAILS = """

            A check is passed, failed (the directory is refused), or unproven (it
            could not be tried here and now, and is no reason to refuse).

            JSON, with null for what is unknown or unlimited:
              directories[]         kind, directory, exists, suitable, fileSystem,
                                    naming (by-descriptor, by-proc or staged), total,
                                    free, limitedBy, stagedFiles, stagedBytes,
                                    stagedUnheldBytes, mountPoint, mountSize,
                                    mountHuge, checks[]
              directories[].checks[]  name, result, sentence
              host                  kernel, architecture, pageSize, jdk,
                                    nativeAccess, memoryTotal, memoryAvailable,
                                    removeIpc
              limits                openFilesSoft, openFilesHard, maxMapCount,
                                    inotifyInstances
              segments[]            key, kind, refcount, size, holders[]
              segments[].holders[]  pid, name, mapped, open
              unreadableProcesses

            Examples:
              ipc doctor
              ipc doctor --json | jq '.segments[] | select(.key == "frames") | .holders'
            """;

    private static final Path PROC = Path.of("/proc");

    private final CommonOptions common;

    @Mixin
    private final JsonOption output = new JsonOption();

    DoctorCommand(CommonOptions common) {
        this.common = common;
    }

    @Override
    public Integer call() throws IOException {
        Location location = common.location();
        List<Place> places = new ArrayList<>();
        var processes = new ProcessTable(PROC);
        for (Diagnosis diagnosis : location.diagnoses()) {
            places.add(new Place(diagnosis, Mount.of(PROC, diagnosis.directory())));
            if (diagnosis.exists() && diagnosis.isSuitable()) {
                for (ResourceLinkInfo segment : location.only(diagnosis).segments()) {
                    processes.add(diagnosis.directory(), segment);
                }
            }
        }
        var examination = new Examination(places, Machine.read(PROC), processes.scan());
        common.streams().print(output.format().examination(examination));
        if (examination.failures() > 0) {
            throw new IOException(examination.failures() + (examination.failures() == 1 ? " check" : " checks")
                    + " failed; the report says why and what to do");
        }
        return ExitCode.OK;
    }
}
