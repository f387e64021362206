package io.resourcelink.internal.os;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class RunningProcessTest {

    @TempDir
    private Path proc;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            java -jar /app/orders.jar                                     | orders.jar
            /usr/bin/java -Xmx1g -cp /a.jar:/b.jar com.example.Orders 1   | com.example.Orders
            java --class-path=/a.jar --add-opens a/b=c com.example.Orders | com.example.Orders
            java -p mods -m com.example/com.example.Orders -x             | com.example/com.example.Orders
            java src/Orders.java                                          | Orders.java
            java -Dspring.application.name=orders -jar /app/a.jar         | orders
            java -jar /app/a.jar --spring.application.name=orders         | orders
            java -Dspring.application.name=a -jar a.jar --spring.application.name=b | b
            java -Dspring.application.name= -jar a.jar                    | a.jar
            java @options first-argument                                  | comm
            java -jar                                                     | comm
            java -version                                                 | comm
            /bin/sleep 5                                                  | comm
            """)
    void theNameIsWhatPeopleCallTheProcess(String command, String name) throws IOException {
        assertThat(process(7, command).name()).isEqualTo(name);
    }

    @Test
    void aProcessWithoutACommandLineHasTheNameOfTheKernel() throws IOException {
        assertThat(process(7, "").name()).isEqualTo("comm");
    }

    @Test
    void aProcessThatHasEndedHasNoName() {
        assertThat(new RunningProcess(proc.resolve("8"), 8).name()).isEmpty();
    }

    @Test
    void thisProcessIsAmongThoseOfTheMachine() throws IOException {
        assertThat(RunningProcess.all(Path.of("/proc"))).extracting(RunningProcess::pid).isSorted()
                .contains(ProcessHandle.current().pid());
    }

    private RunningProcess process(long pid, String command) throws IOException {
        Path directory = Files.createDirectories(proc.resolve(Long.toString(pid)));
        Files.writeString(directory.resolve("cmdline"), command.isEmpty() ? "" : command.replaceAll(" +", "\0") + "\0");
        Files.writeString(directory.resolve("comm"), "comm\n");
        return new RunningProcess(directory, pid);
    }
}
