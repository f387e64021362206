package io.resourcelink.boot.messaging.autoconfigure;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.messaging.MessageDeliveryException;
import org.springframework.util.unit.DataSize;

import io.resourcelink.boot.TestDirectories;
import io.resourcelink.boot.messaging.IpcListenerContainer;
import io.resourcelink.boot.messaging.IpcListenerEndpoint;
import io.resourcelink.boot.messaging.IpcListenerEndpointRegistry;
import io.resourcelink.boot.messaging.IpcSendOptions;
import io.resourcelink.boot.messaging.IpcTemplate;
import io.resourcelink.memory.SharedMemory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/** A listener that is slow and steady: senders wait for it, and their wait is never in vain. */
@Tag("slow")
@Timeout(60)
class ListenerPaceTest {

    private static final Duration WORK = Duration.ofMillis(400);

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    record Frame(SharedMemory pixels) {}

    private ApplicationContextRunner runner() {
        return directories.messaging();
    }

    private static IpcTemplate template(ApplicationContext context) {
        return context.getBean(IpcTemplate.class);
    }

    private static IpcListenerContainer serve(ApplicationContext context, IpcListenerEndpoint.Handler handler) {
        return context.getBean(IpcListenerEndpointRegistry.class)
                .register(new IpcListenerEndpoint("frames", Frame.class, handler));
    }

    /** A method that takes its time, and ends at once if its listener stops. */
    private static void work(Duration time) throws InterruptedException {
        assertThat(new CountDownLatch(1).await(time.toNanos(), TimeUnit.NANOSECONDS)).isFalse();
    }

    /** Together the messages take longer than one send may wait. */
    @ParameterizedTest
    @CsvSource({ "prefetch-size=50MB,25,29", "prefetch=8,1,36" })
    void senderWithoutAPauseNeverFailsWhileTheListenerHandlesWhatItHas(String setting, long size, int frames) {
        runner().withPropertyValues("ipc.messaging.listener." + setting, "ipc.messaging.listener.concurrency=2")
                .run(receiving -> {
                    IpcListenerContainer listener = serve(receiving, _ -> {
                        work(WORK);
                        return null;
                    });
                    runner().withPropertyValues("ipc.messaging.template.send-timeout=5s").run(sending -> {
                        try (SharedMemory pixels = SharedMemory.fromByte((byte) 1,
                                DataSize.ofMegabytes(size).toBytes())) {
                            for (int frame = 0; frame < frames; frame++) {
                                template(sending).convertAndSend("frames", new Frame(pixels));
                            }
                        }
                    });
                    await().until(() -> listener.handled() == frames);
                    assertThat(listener.failures()).isZero();
                });
    }

    /** If the sender learned of it only by the channel's upkeep, about once a second, this would take longer than it may. */
    @Test
    @Timeout(30)
    void eachMessageThatWasHandledMakesRoomForOneMore() {
        Semaphore turns = new Semaphore(0);
        runner().withPropertyValues("ipc.messaging.listener.prefetch=100").run(receiving -> {
            IpcListenerContainer listener = serve(receiving, _ -> {
                turns.acquire();
                work(Duration.ofMillis(15));
                return null;
            });
            runner().run(sending -> {
                try (SharedMemory pixels = SharedMemory.fromByte((byte) 1, 1)) {
                    Frame frame = new Frame(pixels);
                    for (int message = 0; message < 100; message++) {
                        template(sending).convertAndSend("frames", frame);
                    }
                    for (int round = 1; round <= 40; round++) {
                        turns.release();
                        template(sending).convertAndSend("frames", frame);
                        assertThat(listener.handled()).isEqualTo(round);
                    }
                }
                turns.release(100);
            });
        });
    }

    @Test
    void senderThatWaitsInVainIsToldWhatWasNotHandled() {
        Semaphore turns = new Semaphore(0);
        Semaphore received = new Semaphore(0);
        runner().withPropertyValues("ipc.messaging.listener.prefetch=4", "ipc.messaging.listener.concurrency=2")
                .run(receiving -> {
                    IpcListenerContainer listener = serve(receiving, _ -> {
                        received.release();
                        turns.acquire();
                        return null;
                    });
                    runner().run(sending -> {
                        IpcSendOptions shortly = IpcSendOptions.DEFAULT.sendTimeout(Duration.ofMillis(200));
                        try (SharedMemory pixels = SharedMemory.fromByte((byte) 1, 1)) {
                            Frame frame = new Frame(pixels);
                            for (int message = 0; message < 4; message++) {
                                template(sending).convertAndSend("frames", frame);
                            }
                            assertThat(received.tryAcquire(2, 10, TimeUnit.SECONDS)).isTrue();
                            assertThatExceptionOfType(MessageDeliveryException.class)
                                    .isThrownBy(() -> template(sending).convertAndSend("frames", frame, shortly))
                                    .withMessageContainingAll("\"frames\"", "what was sent before is not handled yet",
                                            "(waited 200 ms)")
                                    .withMessageNotContaining("not received");
                            assertThat(listener.handled()).as("received by its threads, not handled").isZero();
                            turns.release();
                            template(sending).convertAndSend("frames", frame);
                            assertThat(listener.handled()).isOne();
                        }
                        turns.release(4);
                        await().until(() -> listener.handled() == 5);
                    });
                });
    }
}
