package io.resourcelink.cli;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * Where the JVM enters the command's jar. This class alone is compiled for Java 8, so that an older Java can say what is
 * missing instead of printing the stack trace of an {@code UnsupportedClassVersionError}.
 */
public final class Launcher {

    private static final int NEEDED = 25;
    /** As of every failure that is not a wrong usage. */
    private static final int FAILED = 1;

    private Launcher() {}

    /**
     * Runs the command, or says that this Java is too old for it.
     *
     * @param arguments what was typed after the command's name
     * @throws Throwable what the command throws
     */
    public static void main(String[] arguments) throws Throwable {
        if (Double.parseDouble(System.getProperty("java.specification.version")) < NEEDED) {
            System.err.println("error: ipc needs Java " + NEEDED + " or newer, but this is Java "
                    + System.getProperty("java.version") + " in " + System.getProperty("java.home") + ".");
            System.exit(FAILED);
        }
        MethodHandles.publicLookup().findStatic(Class.forName("io.resourcelink.cli.IpcCommand"), "main",
                MethodType.methodType(void.class, String[].class)).invokeExact(arguments);
    }
}
