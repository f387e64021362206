package io.resourcelink.boot;

import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;

import io.resourcelink.Deadline;
import io.resourcelink.channel.ChannelInfo;

/**
 * Runs samples of plain Java as they stand on the page, in a process whose {@code /dev/shm} nobody else sees. An argument names one
 * sample, or two that talk to each other and what the second one waits for: {@code first,second,destination}. A destination that is
 * empty is not waited for.
 */
final class SampleRuns {

    private SampleRuns() {}

    public static void main(String[] arguments) throws Exception {
        for (String argument : arguments) {
            String[] parts = argument.split(",", -1);
            if (parts.length == 1) {
                run(parts[0]);
            } else {
                together(parts[0], parts[1], parts[2]);
            }
            System.out.println("Done: " + argument);
        }
        // Some samples show how to open what lives as long as its process.
        System.exit(0);
    }

    /** The first one finds somebody at the keyboard who presses Enter when the second one has ended. */
    private static void together(String first, String second, String destination) throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        System.setIn(new InputStream() {

            @Override
            public int read() {
                try {
                    ended.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                return '\n';
            }
        });
        FutureTask<Void> serving = new FutureTask<>(() -> {
            run(first);
            return null;
        });
        Thread.ofPlatform().daemon().start(serving);
        if (!destination.isEmpty()) {
            Path channels = Path.of("/dev/shm/ipc-" + Files.getAttribute(Path.of("/proc/self"), "unix:uid"),
                    ".channels");
            Deadline.awaitTrue(destination + " is served", () -> serving.isDone() || ChannelInfo.list(channels).stream()
                    .anyMatch(channel -> destination.equals(channel.destination())));
        }
        if (serving.isDone()) {
            serving.get();
        }
        run(second);
        ended.countDown();
        serving.get();
    }

    private static void run(String name) throws Exception {
        Class<?> sample = Class.forName(name);
        try {
            if (name.contains(".")) {
                sample.getMethod("run").invoke(sample.getConstructor().newInstance());
            } else {
                sample.getMethod("main", String[].class).invoke(null, (Object) new String[0]);
            }
        } catch (InvocationTargetException e) {
            throw new IllegalStateException(name, e.getCause());
        }
    }
}
