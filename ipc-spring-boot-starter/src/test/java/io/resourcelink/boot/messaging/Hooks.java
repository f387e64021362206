package io.resourcelink.boot.messaging;

import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.core.instrument.distribution.pause.PauseDetector;
import io.micrometer.core.instrument.simple.SimpleConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.annotation.Payload;
import org.springframework.messaging.handler.annotation.SendTo;
import org.springframework.util.Assert;
import org.springframework.validation.Errors;
import org.springframework.validation.Validator;
import org.springframework.validation.annotation.Validated;

import io.resourcelink.ResourceLink;
import io.resourcelink.channel.Codec;
import io.resourcelink.channel.MessageType;
import io.resourcelink.channel.jackson.JacksonCodec;

/** All that an application implements, each of which tells an injection that it was called. */
final class Hooks {

    private final Injection injection;
    private final ObservationRegistry observations = ObservationRegistry.create();

    /** How often the last stop of a one-way message was reached. */
    final AtomicInteger sunk = new AtomicInteger();

    /** How many payloads were closed. */
    final AtomicInteger closed = new AtomicInteger();

    Hooks(Injection injection) {
        this.injection = injection;
        observe();
        Box.onClose(() -> {
            closed.incrementAndGet();
            injection.called();
        });
    }

    ObservationRegistry observations() {
        return observations;
    }

    private void observe() {
        observations.observationConfig().observationPredicate((_, _) -> {
            injection.called();
            return true;
        }).observationHandler(new ObservationHandler<>() {
            @Override
            public void onStart(Observation.Context context) {
                injection.called();
            }

            @Override
            public void onError(Observation.Context context) {
                injection.called();
            }

            @Override
            public void onScopeOpened(Observation.Context context) {
                injection.called();
            }

            @Override
            public void onScopeClosed(Observation.Context context) {
                injection.called();
            }

            @Override
            public void onStop(Observation.Context context) {
                injection.called();
            }

            @Override
            public boolean supportsContext(Observation.Context context) {
                return true;
            }
        });
    }

    /** Meters that tell when they are made and when they count. */
    SimpleMeterRegistry meters() {
        SimpleMeterRegistry meters = new SimpleMeterRegistry(SimpleConfig.DEFAULT, Clock.SYSTEM) {
            @Override
            protected Counter newCounter(Meter.Id id) {
                return injection.telling(Counter.class, super.newCounter(id));
            }

            @Override
            protected Timer newTimer(Meter.Id id, DistributionStatisticConfig distribution, PauseDetector pauses) {
                return injection.telling(Timer.class, super.newTimer(id, distribution, pauses));
            }
        };
        meters.config().meterFilter(new MeterFilter() {
            @Override
            public Meter.Id map(Meter.Id id) {
                injection.called();
                return id;
            }
        });
        return meters;
    }

    Codec codec() {
        Codec jackson = new JacksonCodec();
        return new Codec() {
            @Override
            public byte[] encode(Object message, MessageType<?> type, Outgoing attachments) {
                // Only what a codec has found in a message can be closed with it.
                byte[] body = jackson.encode(message, type, attachments);
                injection.called();
                return body;
            }

            @Override
            public <T> T decode(byte[] body, MessageType<T> type, Incoming attachments) {
                T message = jackson.decode(body, type, attachments);
                injection.called();
                return message;
            }
        };
    }

    Validator validator() {
        return new Validator() {
            @Override
            public boolean supports(Class<?> type) {
                return true;
            }

            @Override
            public void validate(Object target, Errors errors) {
                injection.called();
            }
        };
    }

    IpcListenerErrorHandler saving() {
        return injection.telling(IpcListenerErrorHandler.class, (_, _) -> "saved");
    }

    IpcMessageRecoverer rescuing() {
        return injection.telling(IpcMessageRecoverer.class, (_, _) -> sunk.incrementAndGet());
    }

    /** A failure with a code. */
    final class Coded extends IllegalStateException implements FailureCode {

        private static final long serialVersionUID = 1L;

        @Override
        public String code() {
            injection.called();
            return "coded";
        }
    }

    /** The logger of the starter, as an appender or a filter can make it fail. It logs nothing. */
    TurboFilter log() {
        return new TurboFilter() {
            @Override
            public FilterReply decide(@Nullable Marker marker, Logger logger, Level level, @Nullable String format,
                    Object @Nullable [] parameters, @Nullable Throwable failure) {
                if (logger.getName().startsWith("io.resourcelink.boot.") && level.isGreaterOrEqual(Level.INFO)) {
                    injection.called();
                    return FilterReply.DENY;
                }
                return FilterReply.NEUTRAL;
            }
        };
    }

    /** What carries a link. */
    record Job(String text, ResourceLink link) {}

    /** What has something of its own to close. */
    record Box(String text) implements AutoCloseable {

        private static volatile Runnable closing = () -> {};

        static void onClose(Runnable told) {
            closing = told;
        }

        @Override
        public void close() {
            closing.run();
        }
    }

    /** Listeners of an application. */
    final class Methods {

        @IpcListener("echo")
        Job echo(@Validated @Payload Job job) {
            Observation current = Objects.requireNonNull(observations.getCurrentObservation());
            Assert.state(current.getContextView().getParentObservation() == null, "an earlier message's scope is left");
            injection.called();
            return new Job(job.text(), job.link().retain());
        }

        @IpcListener("failing")
        String fail(String text) {
            injection.called();
            throw new IllegalStateException(text);
        }

        @IpcListener(destination = "guarded", errorHandler = "IpcListenerErrorHandler")
        String failGuarded(String text) {
            throw new IllegalStateException(text);
        }

        @IpcListener(destination = "rescued", onFailure = "rescue")
        String failRescued(String text) {
            throw new Coded();
        }

        @IpcListener(destination = "forwarded", onFailure = "sink")
        String failForwarded(String text) {
            throw new Coded();
        }

        @IpcListener("forward")
        @SendTo("sink")
        String forward(String text) {
            injection.called();
            return text;
        }

        @IpcListener("sink")
        void sink(String text) {
            injection.called();
            sunk.incrementAndGet();
        }

        @IpcListener(destination = "boxes", onFailure = "rescue")
        Box box(Box box) {
            injection.called();
            return new Box(box.text());
        }
    }

    /** Returns another message for a message, both of the application's own class. */
    IpcListenerEndpoint messages() {
        return new IpcListenerEndpoint("messages", String.class, injection.telling(IpcListenerEndpoint.Handler.class,
                message -> message(String.valueOf(message.getPayload()))));
    }

    /** Does not return before it is interrupted. */
    static IpcListenerEndpoint hanging(CountDownLatch begun) {
        return new IpcListenerEndpoint("hanging", String.class, _ -> {
            begun.countDown();
            new CountDownLatch(1).await();
            return null;
        });
    }

    Message<?> message(String text) {
        return injection.telling(Message.class,
                new org.springframework.messaging.support.GenericMessage<>(text));
    }

}
