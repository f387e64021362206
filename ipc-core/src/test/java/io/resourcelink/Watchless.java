package io.resourcelink;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

import io.resourcelink.internal.os.Descriptors;
import io.resourcelink.segment.CreateOptions;
import io.resourcelink.segment.ResourceKind;

/** A process of a user who has no inotify instance left, at first. Run in a user namespace of its own. */
final class Watchless {

    private static final Path LIMIT = Path.of("/proc/sys/user/max_inotify_instances");

    private Watchless() {}

    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]);
        List<Throwable> logged = logged();
        builder(directory).build().close();
        long before = eventDescriptors();
        for (int round = 0; round < 20; round++) {
            builder(directory).build().close();
        }
        expect("descriptors stay as many", eventDescriptors() == before);
        try (ResourceLinkFactory factory = builder(directory).build();
                ResourceLinkFactory waiting = ResourceLinkFactory.builder().directory(directory).build()) {
            expect("nothing is watched", !factory.isWatching());
            expect("the limit is named", logged.stream()
                    .anyMatch(failure -> failure.toString().contains("fs.inotify.max_user_instances")));
            Thread creating = Thread.ofPlatform().start(() -> factory.create("late", 10));
            waiting.acquire("late", Duration.ofSeconds(60)).close();
            creating.join();
            factory.create("mapped", 10, CreateOptions.defaults().withKind(ResourceKind.MAPPED_FILE));
            expect("the second kind is not watched either", !factory.isWatching());
            orphan(directory, "orphan");
            Deadline.awaitTrue("collected by a sweep", () -> factory.info("orphan").isEmpty());
            Files.writeString(LIMIT, "100");
            Deadline.awaitTrue("watched", factory::isWatching);
            orphan(directory, "another");
            Deadline.awaitTrue("collected", () -> factory.info("another").isEmpty());
        }
        expect("all descriptors are closed", eventDescriptors() == before);
        System.out.println("ok");
    }

    private static ResourceLinkFactoryBuilder builder(Path directory) {
        return ResourceLinkFactory.builder().directory(directory).mappedFileDirectory(directory.resolve("mapped-files"))
                .watch(true);
    }

    private static void orphan(Path directory, String key) {
        ResourceLinkFactory dying = ResourceLinkFactory.builder().directory(directory).build();
        dying.create(key, 10);
        dying.abandon();
    }

    private static void expect(String what, boolean isSo) {
        if (!isSo) {
            throw new AssertionError(what);
        }
    }

    private static List<Throwable> logged() {
        List<Throwable> logged = new CopyOnWriteArrayList<>();
        Logger root = Logger.getLogger("");
        root.addHandler(new Handler() {
            @Override
            public void publish(LogRecord entry) {
                if (entry.getThrown() != null) {
                    logged.add(entry.getThrown());
                }
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        });
        return logged;
    }

    private static long eventDescriptors() throws IOException {
        return Descriptors.count("anon_inode:[eventfd]") + Descriptors.count("anon_inode:inotify");
    }
}
