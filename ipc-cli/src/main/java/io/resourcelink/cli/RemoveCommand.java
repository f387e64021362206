package io.resourcelink.cli;

import java.io.IOException;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Parameters;

import io.resourcelink.ResourceLinkFactory;

/** {@code ipc rm}: takes a segment's name away. */
@Command(name = "rm", description = """
        Removes a segment's name, held or not, expired or not.
        Those who hold it keep its memory until they let go; nobody can acquire it any more.
        To remove only what nobody holds, see gc.""")
final class RemoveCommand implements Callable<Integer> {

    private final IpcCommand ipc;

    @Parameters(paramLabel = "KEY", converter = KeyArgument.class, description = "The segment's key.")
    private String key = "";

    RemoveCommand(IpcCommand ipc) {
        this.ipc = ipc;
    }

    @Override
    public Integer call() throws IOException {
        Location location = ipc.location();
        try (ResourceLinkFactory factory = location.openFor(key)) {
            if (!factory.remove(key, location.keyKind())) {
                throw location.notFound(key);
            }
        }
        ipc.streams().print("removed " + PrintableText.of(key) + "\n");
        return ExitCode.OK;
    }
}
