package io.resourcelink.benchmark;

import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class JavaProcessTest {

    @Test
    void oneEntryOfAClassPathIsReplaced(@TempDir Path directory) {
        assertThat(JavaProcess.replaced("/a/classes/:/b.jar:/b.jar.old", Path.of("/b.jar"), directory))
                .isEqualTo("/a/classes/:" + directory + ":/b.jar.old");
        assertThat(JavaProcess.replaced("/a/classes/:/b.jar", Path.of("/a/classes"), directory))
                .isEqualTo(directory + ":/b.jar");
    }

    @Test
    void anEntryThatIsNotThereIsNotReplaced(@TempDir Path directory) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JavaProcess.replaced("/a:/b", Path.of("/c"), directory)).withMessageContaining("/c");
    }
}
