package io.resourcelink.cli;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.resourcelink.internal.store.directory.Diagnosis;

/**
 * What {@code ipc doctor} found.
 *
 * @param directories each directory looked at
 * @param machine what it runs on, and its limits
 * @param holdings which processes hold which segments, in the directories that can be used
 */
record Examination(List<Place> directories, Machine machine, Holdings holdings) {

    /**
     * A directory and its mount.
     *
     * @param diagnosis what the self-test found
     * @param mount where it is mounted, or {@code null} if it is unknown
     */
    record Place(Diagnosis diagnosis, @Nullable Mount mount) {}

    /** {@return how many checks failed} */
    long failures() {
        return directories.stream().flatMap(place -> place.diagnosis().checks().stream())
                .filter(check -> check.result() == Diagnosis.Result.FAILED).count();
    }
}
