package io.resourcelink.channel;

import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import io.resourcelink.channel.Router.Route;
import io.resourcelink.memory.SharedMemory;

/** Messages and waits of tests of routers. */
abstract class RouterFixture {

    record Note(int number, String text) {}

    record Parcels(SharedMemory memory) {}

    static Channel open(Path directory) {
        return Channel.builder().directory(directory).open();
    }

    static <T> @Nullable T next(BlockingQueue<T> queue) throws InterruptedException {
        return queue.poll(30, TimeUnit.SECONDS);
    }

    static void awaitEnd(Route route) throws Exception {
        route.ended().get(30, TimeUnit.SECONDS);
    }
}
