package io.resourcelink.cli;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The one place where a failure becomes a line on standard error and an exit code: 1 if the operation failed, 2 if the
 * usage was wrong. It stays one line, whatever a key or a message contains.
 */
final class ErrorLine implements IExecutionExceptionHandler, IParameterExceptionHandler {

    private final CommonOptions common;

    ErrorLine(CommonOptions common) {
        this.common = common;
    }

    @Override
    public int handleExecutionException(Exception failure, CommandLine command, ParseResult parsed) {
        return switch (failure) {
            case StandardStreams.BrokenPipeException _ -> ExitCode.OK;
            case UsageException wrong -> {
                print(command, text(wrong));
                yield usage(command);
            }
            default -> {
                print(command, text(failure));
                if (common.debug()) {
                    failure.printStackTrace(command.getErr());
                }
                yield ExitCode.SOFTWARE;
            }
        };
    }

    @Override
    public int handleParseException(ParameterException failure, String[] arguments) {
        CommandLine command = failure.getCommandLine();
        // Some of picocli's messages have a prefix of their own.
        print(command, text(failure).replaceFirst("^Error: ", ""));
        UnmatchedArgumentException.printSuggestions(failure, command.getErr());
        return usage(command);
    }

    private static int usage(CommandLine command) {
        command.getErr().println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
        return ExitCode.USAGE;
    }

    private static void print(CommandLine command, String message) {
        command.getErr().println("error: " + PrintableText.of(message));
    }

    /** The JDK's file exceptions carry only the file's name as their message; the messages of all others are complete. */
    private static String text(Exception failure) {
        return switch (failure) {
            case NoSuchFileException e -> "No such file: " + e.getMessage();
            case AccessDeniedException e -> "Access denied: " + e.getMessage();
            case FileAlreadyExistsException e -> "File exists already: " + e.getMessage();
            case FileSystemException e when e.getReason() == null ->
                e.getClass().getSimpleName() + ": " + e.getMessage();
            default -> failure.getMessage() == null ? failure.toString() : failure.getMessage();
        };
    }
}
