package io.resourcelink.channel.jackson;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/** Values of the JDK's own types, made by the public constructors and static factories that the module image lists. */
final class JdkSamples {

    /** As many values of one class show what happens to it: the first ones are the plain ones. */
    private static final int ENOUGH = 12;
    private static final List<String> PACKAGES = List.of("java.lang", "java.math",
            "java.net", "java.nio", "java.nio.charset", "java.nio.file",
            "java.nio.file.attribute", "java.text", "java.time",
            "java.time.chrono", "java.time.format", "java.time.temporal",
            "java.time.zone", "java.util", "java.util.concurrent",
            "java.util.concurrent.atomic", "java.util.concurrent.locks", "java.util.regex",
            "java.util.stream", "java.sql");

    /** Names of classes that open something, start a thread, or ask a name service when they are made. */
    private static final List<String> ACTIVE = List.of("Socket", "Executor", "Pool", "Timer", "Thread", "Process",
            "Runtime", "System", "Connection", "DriverManager", "Files", "ServiceLoader", "ModuleLayer", "ClassLoader",
            "Scanner", "Formatter", "HttpURL", "InetAddress", "NetworkInterface", "WatchService", "FileStore",
            "FileSystem");

    /** Types whose values are given, because their factories ask a name service, or because nothing else of their package is a value. */
    private static final List<Class<?>> GIVEN = List.of(InetAddress.class, InetSocketAddress.class, File.class);

    private JdkSamples() {}

    /** {@return the public classes of the packages, in the order of their names; no exceptions, no annotations} */
    static List<Class<?>> types() {
        Path modules = FileSystems.getFileSystem(URI.create("jrt:/")).getPath("/modules");
        List<Class<?>> types = new ArrayList<>();
        for (String name : PACKAGES) {
            Path directory = modules.resolve(name.equals("java.sql") ? "java.sql" : "java.base")
                    .resolve(name.replace('.', '/'));
            try (Stream<Path> files = Files.list(directory)) {
                files.map(file -> file.getFileName().toString()).filter(file -> file.endsWith(".class"))
                        .map(file -> name + '.' + file.substring(0, file.length() - 6))
                        .map(JdkSamples::find).filter(JdkSamples::isValueType)
                        .sorted(Comparator.comparing(Class::getName))
                        .forEach(types::add);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        types.addAll(GIVEN);
        return types;
    }

    private static Class<?> find(String name) {
        try {
            return Class.forName(name, false, ClassLoader.getPlatformClassLoader());
        } catch (ClassNotFoundException | LinkageError e) {
            return void.class;
        }
    }

    private static boolean isValueType(Class<?> type) {
        for (Class<?> one = type; one != null; one = one.getDeclaringClass()) {
            if (!Modifier.isPublic(one.getModifiers())) {
                return false;
            }
        }
        return type != void.class && !Throwable.class.isAssignableFrom(type) && !type.isAnnotation()
                && ACTIVE.stream().noneMatch(type.getSimpleName()::contains);
    }

    /** {@return values of a type: constants of an enum, else what constructors, factories and constants give} */
    static List<Object> of(Class<?> type) {
        List<Object> samples = new ArrayList<>();
        if (type.isEnum()) {
            Stream.of(type.getEnumConstants()).limit(2).forEach(samples::add);
            return samples;
        }
        for (Object argument : Arguments.ALL) {
            add(samples, type, argument);
        }
        if (GIVEN.contains(type)) {
            return samples;
        }
        if (!Modifier.isAbstract(type.getModifiers())) {
            Stream.of(type.getConstructors()).sorted(Comparator.comparing(Constructor::toString))
                    .forEach(constructor -> make(samples, type, constructor));
        }
        Stream.of(type.getMethods()).filter(method -> method.getDeclaringClass() == type && isFactory(method, type))
                .sorted(Comparator.comparing(Method::toString)).forEach(method -> make(samples, type, method));
        return samples;
    }

    private static boolean isFactory(Method method, Class<?> type) {
        return Modifier.isStatic(method.getModifiers()) && type.isAssignableFrom(method.getReturnType())
                && method.getReturnType() != Object.class && !Set.of("now", "systemDefault", "open")
                        .contains(method.getName());
    }

    private static void make(List<Object> samples, Class<?> type, Executable executable) {
        int made = 0;
        for (Object[] arguments : Arguments.lists(executable.getParameterTypes())) {
            if (made == 3 || samples.size() >= ENOUGH) {
                return;
            }
            if (!isHugeCapacity(executable, arguments)) {
                made += add(samples, type, invoke(executable, arguments)) ? 1 : 0;
            }
        }
    }

    /** A map that takes the memory for it at once, such as a weak one, takes seconds and gigabytes. */
    private static boolean isHugeCapacity(Executable executable, Object[] arguments) {
        return Map.class.isAssignableFrom(executable.getDeclaringClass()) && executable.getParameterCount() > 0
                && executable.getParameterTypes()[0] == int.class && (int) arguments[0] > 1 << 16;
    }

    private static @Nullable Object invoke(Executable executable, Object[] arguments) {
        try {
            return switch (executable) {
                case Constructor<?> constructor -> constructor.newInstance(arguments);
                case Method method -> method.invoke(null, arguments);
            };
        } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
            return null;
        }
    }

    private static boolean add(List<Object> samples, Class<?> type, @Nullable Object value) {
        return type.isInstance(value) && samples.add(value);
    }
}
