package io.resourcelink.internal.store.directory;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.resourcelink.internal.Door;
import io.resourcelink.segment.Capacity;
import io.resourcelink.segment.ResourceKind;

/**
 * What the self-test found out about one directory. Nothing is left behind by it, and a directory that is missing is not
 * made: its parent is tested instead.
 *
 * @param kind the kind of segments it is for
 * @param directory where it is
 * @param exists whether it is there
 * @param fileSystem the name of its file system, or {@code null} if that was not found out
 * @param capacity the room there, or {@code null} if that was not found out
 * @param naming how a new segment gets its name there, or {@code null} if that was not found out
 * @param checks what was checked, in the order it was; checks that an earlier one made impossible are left out
 */
public record Diagnosis(ResourceKind kind, Path directory, boolean exists, @Nullable String fileSystem,
        @Nullable Capacity capacity, @Nullable Naming naming, List<Check> checks) {

    /** From a factory's builder to what tests the directory of a kind as the builder is set up. */
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

    /** What came of a check. */
    public enum Result {
        /** It is as it has to be. */
        PASSED,
        /** It could not be tried here and now; the directory is opened all the same. */
        UNPROVEN,
        /** It is not as it has to be; the directory is refused. */
        FAILED
    }

    /**
     * One thing that was checked.
     *
     * @param name what: {@code platform}, {@code directory}, {@code file-system}, {@code unnamed-files}, {@code storage},
     * {@code locks} or {@code naming}
     * @param result what came of it
     * @param sentence what was found, and what to do if it is wrong; for people
     */
    public record Check(String name, Result result, String sentence) {}

    /** How a new segment, which is complete before anybody can find it, gets its name. */
    public enum Naming {
        /** By its descriptor alone. */
        BY_DESCRIPTOR,
        /** By way of {@code /proc/self/fd}. */
        BY_PROC,
        /** It has a name aside from the start, and is renamed: where nothing else is allowed. */
        STAGED
    }
}
