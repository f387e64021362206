package io.resourcelink;

import java.lang.System.Logger;
import java.lang.System.LoggerFinder;
import java.util.ResourceBundle;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * The platform's loggers as the tests have them: those of {@code java.util.logging}, as without this class, except that a
 * test is told of each use of a logger of the library and may throw from there.
 */
public final class ThrowingLoggers extends LoggerFinder {

    /** What is called to get a logger. */
    public static final String GET = "System.getLogger";

    /** What is called to log. */
    public static final String LOG = "System$Logger.log";

    private static volatile Consumer<String> observer = _ -> {};

    /** For the service loader. */
    public ThrowingLoggers() {}

    /**
     * Has a test be told of each use of a logger of the library.
     *
     * @param test is given {@link #GET} or {@link #LOG}, and may throw anything
     */
    public static void observe(Consumer<String> test) {
        observer = test;
    }

    /** Has nobody be told any more. */
    public static void leave() {
        observer = _ -> {};
    }

    @Override
    public Logger getLogger(String name, Module module) {
        if (name.startsWith("io.resourcelink.")) {
            observer.accept(GET);
        }
        return new Delegate(java.util.logging.Logger.getLogger(name));
    }

    private record Delegate(java.util.logging.Logger to) implements Logger {

        @Override
        public String getName() {
            return to.getName();
        }

        @Override
        public boolean isLoggable(Level level) {
            return to.isLoggable(of(level));
        }

        @Override
        public void log(Level level, @Nullable ResourceBundle bundle, @Nullable String text,
                @Nullable Throwable thrown) {
            if (getName().startsWith("io.resourcelink.")) {
                observer.accept(LOG);
            }
            to.log(of(level), text, thrown);
        }

        @Override
        public void log(Level level, @Nullable ResourceBundle bundle, @Nullable String format,
                @Nullable Object @Nullable... parameters) {
            to.log(of(level), format, parameters);
        }

        private static java.util.logging.Level of(Level level) {
            return switch (level) {
                case ALL -> java.util.logging.Level.ALL;
                case TRACE -> java.util.logging.Level.FINER;
                case DEBUG -> java.util.logging.Level.FINE;
                case INFO -> java.util.logging.Level.INFO;
                case WARNING -> java.util.logging.Level.WARNING;
                case ERROR -> java.util.logging.Level.SEVERE;
                case OFF -> java.util.logging.Level.OFF;
            };
        }
    }
}
