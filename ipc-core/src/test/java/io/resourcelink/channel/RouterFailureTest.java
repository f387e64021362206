package io.resourcelink.channel;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.channel.Router.Handler;
import io.resourcelink.channel.Router.Route;
import io.resourcelink.error.MessageException;

import static org.assertj.core.api.Assertions.assertThat;

/** What handlers of routes throw costs a message, and handlers are told of what fails around them. */
@Tag("slow")
@ExtendWith(SharedMemoryDirectory.class)
@Timeout(60)
@SuppressWarnings("try") // What is closed early is closed once more.
class RouterFailureTest extends RouterFixture {

    @Test
    @DisplayName("137: a handler is told why a message failed, and gets the next message")
    void failuresAreTold(Path directory) throws Exception {
        try (Channel channel = open(directory);
                Router router = Router.start();
                Subchannel<Note> notes = channel.subchannel(Note.class)) {
            List<Object> events = Collections.synchronizedList(new ArrayList<>());
            Exception wrong = new Exception("number 1 is not wanted");
            Route route = router.route(notes.receiver(), new Handler<Note>() {
                @Override
                public void message(Note message) throws Exception {
                    if (message.number() == 1) {
                        throw wrong;
                    }
                    events.add(message);
                }

                @Override
                public void failed(Throwable failure) {
                    events.add(failure);
                }
            });
            notes.sender().typed(String.class).send("no note");
            notes.sender().send(new Note(1, "one"));
            notes.sender().send(new Note(2, "two"));
            notes.sender().close();
            awaitEnd(route);
            assertThat(events).hasSize(3);
            assertThat(events.getFirst()).isInstanceOfSatisfying(MessageException.class,
                    failure -> assertThat(failure).hasMessageContaining("Note"));
            assertThat(events.subList(1, 3)).containsExactly(wrong, new Note(2, "two"));
        }
    }

    @Test
    void aHandlerThatFailsTwiceKeepsNobodyElseFromBeingServed(Path directory) throws Exception {
        try (Channel channel = open(directory);
                Router router = Router.start();
                Subchannel<Note> bad = channel.subchannel(Note.class);
                Subchannel<Note> good = channel.subchannel(Note.class)) {
            Route route = router.route(bad.receiver(), new Handler<Note>() {
                @Override
                public void message(Note message) {
                    throw new IllegalStateException("first");
                }

                @Override
                public void failed(Throwable failure) {
                    throw new IllegalStateException("second", failure);
                }
            });
            BlockingQueue<Note> queue = new LinkedBlockingQueue<>();
            router.route(good.receiver(), queue);
            bad.sender().send(new Note(1, "one"));
            bad.sender().typed(String.class).send("no note");
            bad.sender().close();
            awaitEnd(route);
            good.sender().send(new Note(2, "two"));
            assertThat(next(queue)).isEqualTo(new Note(2, "two"));
        }
    }

    @Test
    void anErrorInACallbackCostsItsMessageAndNoThread(Path directory) throws Exception {
        CompletableFuture<Throwable> uncaught = new CompletableFuture<>();
        try (Channel channel = open(directory);
                Router router = Router.start(Thread.ofPlatform().daemon()
                        .uncaughtExceptionHandler((_, thrown) -> uncaught.complete(thrown)).factory());
                Subchannel<Note> bad = channel.subchannel(Note.class);
                Subchannel<Note> good = channel.subchannel(Note.class)) {
            CompletableFuture<Note> received = new CompletableFuture<>();
            router.route(bad.receiver(), _ -> {
                throw new AssertionError("meant to be thrown");
            });
            router.route(good.receiver(), received::complete);
            bad.sender().send(new Note(1, "one"));
            bad.sender().send(new Note(2, "two"));
            good.sender().send(new Note(3, "three"));
            assertThat(received.get(30, TimeUnit.SECONDS)).isEqualTo(new Note(3, "three"));
            assertThat(uncaught).isNotDone();
        }
    }
}
