package io.resourcelink;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The classes of a module, wherever they lie: in a directory, or in a jar as those of child JVMs do. */
public final class ClassFiles {

    private static final String SUFFIX = ".class";

    private ClassFiles() {}

    /**
     * {@return the names of all classes that lie where a class does, in its package and below}
     *
     * @param anchor the class
     * @throws IOException if they cannot be listed
     */
    public static List<String> below(Class<?> anchor) throws IOException {
        Path place = placeOf(anchor);
        String folder = anchor.getPackageName().replace('.', '/');
        if (Files.isDirectory(place)) {
            return names(place, place.resolve(folder));
        }
        try (FileSystem jar = FileSystems.newFileSystem(place)) {
            Path root = jar.getPath("/");
            return names(root, root.resolve(folder));
        }
    }

    private static Path placeOf(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> names(Path root, Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.map(file -> root.relativize(file).toString())
                    .filter(name -> name.endsWith(SUFFIX) && !name.endsWith("package-info" + SUFFIX))
                    .map(name -> name.substring(0, name.length() - SUFFIX.length()).replace('/', '.')).toList();
        }
    }
}
