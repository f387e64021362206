package io.resourcelink.channel;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.channel.ReceiverSet.Event;

/** Notes for the members of a set, and threads that select. */
@ExtendWith(SharedMemoryDirectory.class)
abstract class ReceiverSetFixture {

    static final Duration LONG = Duration.ofSeconds(30);

    record Note(int number, String text) {}

    static Channel open(Path directory) {
        return Channel.builder().directory(directory).open();
    }

    static CompletableFuture<Event> selecting(ReceiverSet set) {
        CompletableFuture<Event> selected = new CompletableFuture<>();
        Thread.ofPlatform().daemon().start(() -> {
            try {
                selected.complete(set.select());
            } catch (InterruptedException | RuntimeException e) {
                selected.completeExceptionally(e);
            }
        });
        return selected;
    }
}
