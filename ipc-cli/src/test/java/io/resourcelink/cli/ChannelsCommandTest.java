package io.resourcelink.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.PeerProcess;
import io.resourcelink.SharedMemoryDirectory;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(SharedMemoryDirectory.class)
class ChannelsCommandTest {

    @Test
    void destinationsAreListedWithTheProcessesThatServeThem(Path directory) throws IOException {
        Path channels = directory.resolve(".channels");
        try (PeerProcess first = ServingProcess.start(channels, "results", "--spring.application.name=orders");
                PeerProcess second = ServingProcess.start(channels, "frames")) {
            CommandRun run = CommandRun.in(directory, "channels");

            assertThat(run.err()).isEmpty();
            assertThat(run.exitCode()).isZero();
            assertThat(run.lines()).hasSize(3);
            assertThat(run.lines().get(0)).matches("DESTINATION +KIND +PROCESS +NAME +SINCE");
            assertThat(run.lines().get(1))
                    .matches("frames +single +" + second.pid() + "  io.resourcelink.cli.ServingProcess  20\\S+Z");
            assertThat(run.lines().get(2)).matches("results +single +" + first.pid() + "  orders +20\\S+Z");
            assertThat(CommandRun.in(channels, "channels")).isEqualTo(run);
        }
        assertThat(CommandRun.in(directory, "channels")).isEqualTo(new CommandRun(0, "", ""));
        Files.delete(channels);
    }

    @Test
    void aNameThatADeadProcessHasLeftIsShownAsDead(Path directory) throws IOException, InterruptedException {
        Path channels = directory.resolve(".channels");
        try (PeerProcess process = ServingProcess.start(channels, "frames")) {
            process.kill();
        }

        assertThat(CommandRun.in(directory, "channels").lines().get(1)).matches("frames +single +dead +- +20\\S+Z");
        assertThat(CommandRun.in(directory, "channels", "--json").out())
                .startsWith(
                        "{\"directory\":\"" + channels
                                + "\",\"channels\":[{\"destination\":\"frames\",\"kind\":\"single\",\"address\":\"")
                .contains("\",\"alive\":false,\"pid\":null,\"name\":null,\"since\":\"20");

        ServingProcess.channel(channels).close();
        Files.delete(channels);
    }

    @Test
    void anEmptyDirectoryHasNoChannels(Path directory) {
        assertThat(CommandRun.in(directory, "channels")).isEqualTo(new CommandRun(0, "", ""));
        assertThat(CommandRun.in(directory, "channels", "--json").out())
                .isEqualTo("{\"directory\":\"" + directory + "\",\"channels\":[]}\n");
    }
}
