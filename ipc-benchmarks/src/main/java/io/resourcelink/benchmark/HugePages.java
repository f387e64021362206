package io.resourcelink.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Where segments lie on huge pages, if anywhere. A directory that was named, on a tmpfs mounted {@code huge=within_size}
 * or {@code huge=always}; or one that is mounted in a mount name space of the processes that use it, so that the kernel
 * unmounts it when the last of them ends, however it ends.
 *
 * @param directory where, or none
 * @param prefix a command in front of the one that uses it, or nothing
 * @param note what a report says about it
 */
record HugePages(@Nullable Path directory, List<String> prefix, String note) {

    private static final String OPTIONS = "size=1280m,mode=700,huge=within_size";
    private static final String MOUNT_AND_RUN = "mount -t tmpfs -o " + OPTIONS
            + " tmpfs \"$1\" && shift && exec \"$@\"";
    private static final List<List<String>> NAME_SPACES = List.of(List.of("unshare", "--mount"),
            List.of("unshare", "--user", "--map-root-user", "--mount"));

    static HugePages none(String why) {
        return new HugePages(null, List.of(), why);
    }

    /** Uses a directory that is there. */
    static HugePages at(Path directory) {
        return new HugePages(directory, List.of(), "the directory given");
    }

    /** Mounts one on an empty directory, or finds out why that cannot be done. */
    static HugePages mounted(Path mountPoint) throws InterruptedException {
        for (List<String> nameSpace : NAME_SPACES) {
            List<String> prefix = new ArrayList<>(nameSpace);
            prefix.addAll(List.of("sh", "-c", MOUNT_AND_RUN, "sh", mountPoint.toString()));
            if (works(prefix)) {
                return new HugePages(mountPoint, prefix, "mounted for the run: " + OPTIONS);
            }
        }
        return none("skipped: no directory was given, and this user may not mount a tmpfs (`unshare --mount`)");
    }

    private static boolean works(List<String> prefix) throws InterruptedException {
        List<String> command = new ArrayList<>(prefix);
        command.add("true");
        try {
            return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(Path.of("/dev/null").toFile())
                    .start().waitFor() == 0;
        } catch (IOException _) {
            return false;
        }
    }
}
