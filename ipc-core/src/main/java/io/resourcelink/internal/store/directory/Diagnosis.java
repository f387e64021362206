package io.resourcelink.internal.store.directory;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.resourcelink.internal.Door;
import io.resourcelink.segment.Capacity;
import io.resourcelink.segment.ResourceKind;

/**
 * What the self-test found out about one directory. The test leaves nothing behind. It does not make a missing directory,
 * but tests its parent instead.
 *
 * @param kind the kind of segments it is for
 * @param directory where it is
 * @param exists whether it is there
 * @param fileSystem the name of its file system, or {@code null} if that was not found out
 * @param capacity the room there, or {@code null} if that was not found out
 * @param staged what lies on its stage, or {@code null} if that was not found out
 * @param naming how a new segment gets its name there, or {@code null} if that was not found out
 * @param checks the checks, in the order they were made; without the checks that an earlier one made impossible
 */
public record Diagnosis(ResourceKind kind, Path directory, boolean exists, @Nullable String fileSystem,
        @Nullable Capacity capacity, @Nullable Staged staged, @Nullable Naming naming, List<Check> checks) {

    /** Leads from a factory's builder to the test of the directory that the builder sets for a kind. */
    public static final Door<Function<ResourceKind, Diagnosis>> OF_BUILDER = new Door<>(
            "io.resourcelink.ResourceLinkFactoryBuilder");

    /** Takes a copy of the checks. */
    public Diagnosis {
        checks = List.copyOf(checks);
    }

    /** {@return whether a factory opens this directory: whether no check failed} */
    public boolean isSuitable() {
        return checks.stream().noneMatch(check -> check.result() == Result.FAILED);
    }

    /** The result of a check. */
    public enum Result {
        /** The directory meets the requirement. */
        PASSED,
        /** The check could not be tried now. The directory is opened all the same. */
        UNPROVEN,
        /** The directory does not meet the requirement and is refused. */
        FAILED
    }

    /**
     * One thing that was checked.
     *
     * @param name what: {@code platform}, {@code directory}, {@code file-system}, {@code unnamed-files}, {@code storage},
     * {@code locks} or {@code naming}
     * @param result the result
     * @param sentence what was found, and what to do if it is wrong; a text for people
     */
    public record Check(String name, Result result, String sentence) {}

    /**
     * The files without a key. Each of them waits for its key or to be filled again, or its process has died.
     *
     * @param files how many there are
     * @param bytes the sum of their sizes
     * @param unheld the sum of the sizes of those that no process has locked. A collection removes these
     */
    public record Staged(int files, long bytes, long unheld) {}

    /** How a new segment gets its name. It is complete before another process can find it. */
    public enum Naming {
        /** By its descriptor alone. */
        BY_DESCRIPTOR,
        /** Through {@code /proc/self/fd}. */
        BY_PROC,
        /** It has a name on the stage from the start, and is renamed. Used where nothing else is allowed. */
        STAGED
    }
}
