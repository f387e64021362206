package io.resourcelink.benchmark;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** Where the compiler is. */
class CProgramTest {

    @TempDir
    private Path directory;

    @Test
    void withoutACompilerThereIsNoProgram() throws Exception {
        Files.createFile(directory.resolve("cc"), PosixFilePermissions
                .asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.createDirectory(directory.resolve("gcc"));

        assertThat(CProgram.compiler(directory + ":/does/not/exist:")).isEmpty();
    }

    @Test
    void theFirstOneIsTaken() throws Exception {
        Path other = Files.createDirectory(directory.resolve("other"));
        for (Path file : new Path[]{ other.resolve("gcc"), directory.resolve("clang"), directory.resolve("gcc") }) {
            Files.createFile(file,
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }

        assertThat(CProgram.compiler(other + ":" + directory)).hasValue(other.resolve("gcc"));
    }
}
