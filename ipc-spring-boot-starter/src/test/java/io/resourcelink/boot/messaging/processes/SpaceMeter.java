package io.resourcelink.boot.messaging.processes;

import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Writes how many bytes of a file system are in use, each time when there are more than ever before. It ends with its input. */
final class SpaceMeter {

    private SpaceMeter() {}

    static void main(String[] arguments) throws Exception {
        Path directory = Path.of(Applications.property(arguments, "ipc.directory"));
        FileStore files = Files.getFileStore(directory);
        try (Journal journal = new Journal(Path.of(Applications.property(arguments, "test.journal")))) {
            journal.write("started");
            long most = 0;
            while (System.in.available() == 0) {
                long used = files.getTotalSpace() - files.getUnallocatedSpace();
                if (used > most) {
                    most = used;
                    journal.write("used", most);
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            }
        }
    }
}
