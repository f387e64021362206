package io.resourcelink.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.ResourceLinkFactoryBuilder;
import io.resourcelink.error.SegmentNotFoundException;
import io.resourcelink.internal.store.directory.Diagnosis;
import io.resourcelink.segment.OrphanReport;
import io.resourcelink.segment.OrphanReport.Cause;
import io.resourcelink.segment.OrphanReport.Collected;
import io.resourcelink.segment.OrphanReport.Skipped;
import io.resourcelink.segment.ResourceKind;
import io.resourcelink.segment.ResourceLinkInfo;

import static java.util.Comparator.comparing;

/**
 * Where a command looks. Looking has no side effects: a factory makes the directory of its default kind if that is
 * missing, so none is built for a directory that is not there.
 *
 * @param directory the only directory to look at, or {@code null} for the defaults
 * @param kind the only kind to look at, or {@code null} if none was named
 * @param sharing with whom the directories are shared
 * @param hostId what tells this host from others, or {@code null} for {@code /etc/machine-id}
 */
record Location(@Nullable Path directory, @Nullable ResourceKind kind, Sharing sharing, @Nullable String hostId) {

    /** Nothing is as old as that. */
    private static final Duration FOREVER = Duration.ofDays(1_000_000);

    /** The name of a directory of channels inside a directory of segments. */
    private static final String CHANNELS = ".channels";

    /** Never a directory. A factory leaves out a kind whose directory cannot exist. */
    private static final Path NOWHERE = Path.of("/dev/null/nowhere");

    /** Refuses the empty path that {@code --directory "$UNSET"} gives. It would mean the current directory. */
    Location {
        if (directory != null && directory.toString().isEmpty()) {
            throw new UsageException("Invalid value for option '--directory': it is empty");
        }
    }

    /** {@return the kind of a segment that is named by its key} */
    ResourceKind keyKind() {
        return kind == null ? ResourceKind.SHARED_MEMORY : kind;
    }

    /** {@return the same place, for segments of one kind} */
    Location of(ResourceKind only) {
        return new Location(directory, only, sharing, hostId);
    }

    /** {@return the same place on a host of this identity; {@code null} stands for that of the machine} */
    Location onHost(@Nullable String id) {
        return new Location(directory, kind, sharing, id);
    }

    /** {@return a factory for making something} Its directory is made if it is missing. */
    ResourceLinkFactory open() {
        return open(List.of(keyKind()));
    }

    /**
     * {@return a factory for something that should be there}
     *
     * @param key what is looked for
     * @throws SegmentNotFoundException if there is not even a directory
     */
    ResourceLinkFactory openFor(String key) {
        if (!mayExist(keyKind())) {
            throw notFound(key);
        }
        return open();
    }

    SegmentNotFoundException notFound(String key) {
        return new SegmentNotFoundException(key, directory(keyKind()).toString());
    }

    /**
     * {@return all segments of all kinds to look at}
     *
     * @throws IOException if the caller has named a directory that does not exist. A default directory may be missing: it is
     * made with the first segment
     */
    List<ResourceLinkInfo> segments() throws IOException {
        List<ResourceKind> kinds = presentKinds();
        if (kinds.isEmpty()) {
            if (directory != null) {
                throw missing(directory, "segment");
            }
            return List.of();
        }
        try (ResourceLinkFactory factory = open(kinds)) {
            return factory.list();
        }
    }

    /** {@return the files that may be segments, but belong to users who are not trusted or cannot be opened} */
    List<Skipped> untouchable() {
        return orphans(FOREVER, true).skipped().stream().filter(skipped -> skipped.cause() == Cause.FOREIGN).toList();
    }

    /**
     * {@return the directory of channels}
     *
     * @throws IOException if the caller has named a directory that does not exist
     */
    Path channels() throws IOException {
        Path place = directory(ResourceKind.SHARED_MEMORY);
        if (directory != null && Files.notExists(directory)) {
            throw missing(directory, "channel");
        }
        Path inside = place.resolve(CHANNELS);
        return directory == null || Files.exists(inside) ? inside : place;
    }

    private static IOException missing(Path directory, String first) {
        return new IOException("No directory " + directory + ". Check --directory. A directory that was not used yet is"
                + " made with its first " + first + ".");
    }

    /**
     * Collects the orphans of all kinds to look at.
     *
     * @param maxAge how old they have to be
     * @param dryRun whether to remove nothing
     */
    OrphanReport orphans(Duration maxAge, boolean dryRun) {
        List<ResourceKind> kinds = presentKinds();
        if (kinds.isEmpty()) {
            return new OrphanReport(List.of(), List.of());
        }
        try (ResourceLinkFactory factory = open(kinds)) {
            return sorted(dryRun ? factory.findOrphans(maxAge) : factory.collectOrphans(maxAge));
        }
    }

    /** A directory has no order of its own. Two runs should print the same. */
    private static OrphanReport sorted(OrphanReport report) {
        return new OrphanReport(
                report.collected().stream().sorted(comparing(Collected::key).thenComparing(Collected::kind)).toList(),
                report.skipped().stream().sorted(comparing(Skipped::key).thenComparing(Skipped::kind)).toList());
    }

    /** {@return the diagnosis of each directory to look at, whether it exists or not} */
    List<Diagnosis> diagnoses() {
        return kinds().stream()
                .map(candidate -> Diagnosis.OF_BUILDER.inside(builder(List.of(candidate))).apply(candidate)).toList();
    }

    /** {@return where to look for what is in a single one of these directories} */
    Location only(Diagnosis diagnosis) {
        return of(diagnosis.kind());
    }

    private List<ResourceKind> presentKinds() {
        return kinds().stream().filter(this::mayExist).toList();
    }

    private List<ResourceKind> kinds() {
        boolean both = kind == null && directory == null;
        return Arrays.stream(ResourceKind.values()).filter(candidate -> both || candidate == keyKind()).toList();
    }

    /** If this user may not look whether a directory exists, the factory is asked, and its error says so. */
    private boolean mayExist(ResourceKind candidate) {
        return !Files.notExists(directory(candidate));
    }

    private ResourceLinkFactory open(List<ResourceKind> kinds) {
        return builder(kinds).build();
    }

    private ResourceLinkFactoryBuilder builder(List<ResourceKind> kinds) {
        ResourceLinkFactoryBuilder builder = ResourceLinkFactory.builder().defaultKind(kinds.getFirst());
        for (ResourceKind candidate : ResourceKind.values()) {
            Path path = kinds.contains(candidate) ? directory(candidate) : NOWHERE;
            switch (candidate) {
                case SHARED_MEMORY -> builder.directory(path);
                case MAPPED_FILE -> builder.mappedFileDirectory(path);
            }
        }
        sharing.applyTo(builder);
        if (hostId != null) {
            builder.hostId(hostId);
        }
        if (directory != null) {
            ownerOf(directory).ifPresent(builder::trustOwner);
        }
        return builder;
    }

    /** Root may name the directory of another user, whose files are trusted then. No other user could use them anyway. */
    private static Optional<Integer> ownerOf(Path directory) {
        try {
            return userId().equals(0)
                    ? Optional.of((Integer) Files.getAttribute(directory, "unix:uid"))
                    : Optional.empty();
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    /** {@return the directory of the segments of a kind} */
    Path directory(ResourceKind candidate) {
        if (directory != null) {
            return directory;
        }
        String name = "ipc-" + userId();
        return Path.of(candidate == ResourceKind.SHARED_MEMORY ? "/dev/shm" : "/var/tmp", name);
    }

    /** The owner of a process's directory in /proc is its effective user. */
    private static Object userId() {
        try {
            return Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        } catch (IOException e) {
            throw new UnsupportedOperationException("Needs Linux with /proc mounted, or name a --directory.", e);
        }
    }
}
