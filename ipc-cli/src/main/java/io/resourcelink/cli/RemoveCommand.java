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
        Processes that hold it keep its memory until they release it. It cannot be acquired any more.
        To remove only segments that no process holds, see gc.""")
final class RemoveCommand implements Callable<Integer> {

    private final CommonOptions common;

    @Parameters(paramLabel = "KEY", converter = KeyArgument.class, description = "The segment's key.")
    private String key = "";

    RemoveCommand(CommonOptions common) {
        this.common = common;
    }

    @Override
    public Integer call() throws IOException {
        Location location = common.location();
        try (ResourceLinkFactory factory = location.openFor(key)) {
            if (!factory.remove(key, location.keyKind())) {
                throw location.notFound(key);
            }
        }
        common.streams().print("removed " + PrintableText.of(key) + "\n");
        return ExitCode.OK;
    }
}
