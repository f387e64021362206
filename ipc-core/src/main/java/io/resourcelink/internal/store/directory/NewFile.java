package io.resourcelink.internal.store.directory;

import org.jspecify.annotations.Nullable;

import io.resourcelink.internal.os.OpenFile;

/**
 * A file that is not a segment yet.
 *
 * @param file the file
 * @param stagedAs its name on the stage, or {@code null} if it has no name
 */
record NewFile(OpenFile file, @Nullable String stagedAs) {}
