package io.resourcelink.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * Whether systemd removes what a user has in {@code /dev/shm} when the user's last session ends: {@code RemoveIPC} of
 * logind.conf(5).
 */
final class LoginSessions {

    /** The largest id of a system user, whose files stay, unless systemd was built with another one. */
    private static final long LAST_SYSTEM_USER = 999;

    private static final Pattern USER = Pattern.compile("(?m)^Uid:\\s+(\\d+)");
    private static final Pattern SETTING = Pattern.compile("\\s*RemoveIPC\\s*=\\s*(\\w*)\\s*");
    private static final Set<String> TRUE = Set.of("1", "yes", "y", "true", "t", "on");

    /** From the weakest to the strongest. */
    private static final List<String> PLACES = List.of("usr/lib/systemd", "usr/local/lib/systemd", "run/systemd",
            "etc/systemd");

    private LoginSessions() {}

    /**
     * Asks whether systemd removes the files of this process's user. Returns {@code null} where systemd does not run.
     *
     * @param root where {@code etc}, {@code proc}, {@code run} and {@code usr} are
     */
    static @Nullable Boolean removeIpc(Path root) {
        if (!Files.isDirectory(root.resolve("run/systemd/seats"))) {
            return null;
        }
        Matcher user = USER.matcher(String.join("\n", lines(root.resolve("proc/self/status"))));
        boolean system = user.find() && Long.parseLong(user.group(1)) <= LAST_SYSTEM_USER;
        return !system && isSet(root);
    }

    /**
     * The last setting counts: first the strongest main file is read, then the files beside it in the order of their names. The default is
     * yes.
     */
    private static boolean isSet(Path root) {
        boolean removes = true;
        Path main = null;
        SortedMap<String, Path> parts = new TreeMap<>();
        for (String place : PLACES) {
            Path file = root.resolve(place).resolve("logind.conf");
            main = Files.exists(file) ? file : main;
            files(root.resolve(place).resolve("logind.conf.d")).forEach(part -> parts.put(name(part), part));
        }
        for (Path file : Stream.concat(Stream.ofNullable(main), parts.values().stream()).toList()) {
            for (String line : lines(file)) {
                Matcher setting = SETTING.matcher(line);
                if (setting.matches()) {
                    removes = setting.group(1).isEmpty() || TRUE.contains(setting.group(1));
                }
            }
        }
        return removes;
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }

    private static List<Path> files(Path directory) {
        try (Stream<Path> all = Files.list(directory)) {
            return all.filter(file -> name(file).endsWith(".conf")).toList();
        } catch (IOException | UncheckedIOException _) {
            return List.of();
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file, StandardCharsets.ISO_8859_1);
        } catch (IOException _) {
            return List.of();
        }
    }
}
