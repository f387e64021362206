package io.resourcelink.cli;

import picocli.CommandLine.Option;

/** Which of the two formats a command prints. */
final class JsonOption {

    @Option(names = "--json", description = "Print one JSON document, with plain numbers.")
    private boolean json;

    ReportFormat format() {
        return json ? new JsonFormat() : new TextFormat();
    }
}
