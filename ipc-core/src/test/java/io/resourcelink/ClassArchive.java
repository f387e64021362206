package io.resourcelink;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

import io.resourcelink.campaign.Scratch;
import io.resourcelink.channel.Channel;
import io.resourcelink.channel.MessageType;
import io.resourcelink.channel.NamedServer;
import io.resourcelink.channel.SubSender;

/**
 * What lets the child JVMs of this module's tests start in less time: the class path with a jar in place of each directory, and an archive
 * of the classes that such a process needs, loaded and linked. JVMs do not archive what comes from a directory. Both are made when the
 * first child is started, in a temporary directory that is removed when this process ends. Without an archive, children start as others do.
 *
 * @param classPath the class path of children
 * @param options the options that name the archive; none if there is no archive
 */
record ClassArchive(String classPath, List<String> options) {

    private static final String OWN = System.getProperty("java.class.path");

    /** In a thread of its own, because a test that takes too long is interrupted, and the next ones want the archive. */
    private static final class Made {

        private static final CompletableFuture<ClassArchive> ARCHIVE = CompletableFuture.supplyAsync(ClassArchive::make,
                task -> new Thread(task, "class-archive").start());

        private Made() {}
    }

    /** {@return the archive} It is made by the first call. */
    static ClassArchive get() {
        return Made.ARCHIVE.join();
    }

    private static ClassArchive make() {
        if (!isOfThisModule(PeerProcess.class)) {
            // The tests of another module, which start few.
            return new ClassArchive(OWN, List.of());
        }
        try {
            Path directory = Files.createTempDirectory("ipc-classes-");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(directory)));
            // Children of other users read it.
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
            String classPath = jars(directory);
            Path archive = directory.resolve("archive");
            return new ClassArchive(classPath, train(directory, classPath, archive)
                    ? List.of("-XX:SharedArchiveFile=" + archive)
                    : List.of());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isOfThisModule(Class<?> type) {
        try {
            Path place = Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
            return Files.isDirectory(place) && place.startsWith(Path.of("").toAbsolutePath());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String jars(Path directory) throws IOException {
        List<String> entries = new ArrayList<>();
        for (String entry : OWN.split(File.pathSeparator, -1)) {
            Path path = Path.of(entry).toAbsolutePath();
            if (Files.isDirectory(path)) {
                entries.add(jar(path, directory.resolve(entries.size() + ".jar")).toString());
            } else if (Files.exists(path)) {
                entries.add(path.toString());
            }
        }
        return String.join(File.pathSeparator, entries);
    }

    /** Not compressed: it is written once, and read by each child. */
    private static Path jar(Path classes, Path jar) throws IOException {
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(jar));
                Stream<Path> files = Files.walk(classes)) {
            out.setMethod(ZipOutputStream.STORED);
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                byte[] content = Files.readAllBytes(file);
                CRC32 crc = new CRC32();
                crc.update(content);
                ZipEntry entry = new ZipEntry(classes.relativize(file).toString());
                entry.setSize(content.length);
                entry.setCrc(crc.getValue());
                out.putNextEntry(entry);
                out.write(content);
            }
        }
        return jar;
    }

    /** Has a process do what most do, and keeps what it has loaded. */
    private static boolean train(Path directory, String classPath, Path archive) throws IOException {
        Path log = directory.resolve("log");
        try (Scratch work = Scratch.make()) {
            List<String> command = new ArrayList<>(PeerProcess.java(Training.class,
                    new ClassArchive(classPath, List.of("-XX:ArchiveClassesAtExit=" + archive))));
            command.add(work.path().toString());
            Process process = new ProcessBuilder(command).redirectInput(new File("/dev/null"))
                    .redirectErrorStream(true).redirectOutput(log.toFile()).start();
            boolean ended = process.waitFor(5, TimeUnit.MINUTES);
            process.destroyForcibly().onExit().join();
            if (ended && process.exitValue() == 0 && Files.exists(archive)) {
                return true;
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        System.err.println("No archive of classes was made. Child processes start slowly.\n" + Files.readString(log));
        return false;
    }

    /** Works with segments, and sends one to itself. Argument: a directory. */
    static final class Training {

        private Training() {}

        public static void main(String[] arguments) throws Exception {
            Path directory = Path.of(arguments[0]);
            KillWorker.main(new String[]{ KilledLife.segments(directory).toString(), "1" });
            try (ResourceLinkFactory factory = ResourceLinkFactory.builder().directory(KilledLife.segments(directory))
                    .build();
                    Channel channel = KilledLife.channel(directory, factory);
                    NamedServer<ResourceLink> server = channel.serve("training", MessageType.of(ResourceLink.class));
                    SubSender<ResourceLink> sender = channel.connect("training", MessageType.of(ResourceLink.class));
                    ResourceLink link = factory.publish(Content.of(new byte[100]))) {
                sender.send(link);
                server.receiver().take().close();
            }
        }
    }

    private static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            System.err.println(directory + " stays: " + e);
        }
    }
}
