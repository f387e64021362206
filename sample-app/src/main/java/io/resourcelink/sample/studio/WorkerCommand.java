package io.resourcelink.sample.studio;

import java.nio.file.Path;
import java.util.List;

import io.resourcelink.sample.process.ChildJvm;
import io.resourcelink.sample.worker.WorkerApplication;

/** How to start a worker. */
final class WorkerCommand {

    private WorkerCommand() {}

    /** The name is on the command line, so that "ipc channels" and "ipc info" show it. */
    static List<String> of(Path directory, StudioProperties properties) {
        return new ChildJvm(WorkerApplication.class, WorkerApplication.ARGUMENT, WorkerApplication.PROFILE,
                properties.workerHeap(),
                properties.workerOptions())
                .command(List.of("spring.application.name=worker", "ipc.directory=" + directory));
    }
}
