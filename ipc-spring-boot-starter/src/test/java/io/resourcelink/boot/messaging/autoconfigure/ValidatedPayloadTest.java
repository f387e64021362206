package io.resourcelink.boot.messaging.autoconfigure;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.Positive;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.validation.autoconfigure.ValidationAutoConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.annotation.Payload;
import org.springframework.messaging.handler.annotation.support.MethodArgumentNotValidException;
import org.springframework.util.ErrorHandler;
import org.springframework.validation.BindingResult;
import org.springframework.validation.FieldError;
import org.springframework.validation.annotation.Validated;

import io.resourcelink.boot.TestDirectories;
import io.resourcelink.boot.messaging.IpcListener;
import io.resourcelink.boot.messaging.IpcListenerErrorHandler;
import io.resourcelink.boot.messaging.IpcTemplate;
import io.resourcelink.boot.messaging.ListenerFailedException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Constraints on payloads, with the validator that Spring Boot configures. */
@Tag("slow")
@Timeout(60)
class ValidatedPayloadTest {

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    private final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();

    private ApplicationContextRunner runner() {
        return directories.messaging(ValidationAutoConfiguration.class)
                .withBean("ipcErrorHandler", ErrorHandler.class, () -> failures::add)
                .withBean(Pictures.class).withBean("counting", Counting.class);
    }

    private static IpcTemplate template(ApplicationContext context) {
        return context.getBean(IpcTemplate.class);
    }

    @ParameterizedTest
    @ValueSource(strings = { "valid", "validated" })
    void whoAsksWithAPayloadThatViolatesAConstraintIsToldAndTheMethodIsNotCalled(String destination) {
        runner().run(context -> {
            assertThatExceptionOfType(ListenerFailedException.class)
                    .isThrownBy(() -> template(context).convertSendAndReceive(destination, new Size(0, List.of("a")),
                            Integer.class))
                    .withMessageContaining(MethodArgumentNotValidException.class.getName())
                    .withMessageContaining("must be greater than 0");
            assertThat(fields(failures.poll(10, TimeUnit.SECONDS))).containsExactly("width");
            assertThat(template(context).convertSendAndReceive(destination, new Size(3, List.of("a")), Integer.class))
                    .isEqualTo(3);
            assertThat(context.getBean(Pictures.class).widths).containsExactly(3);
        });
    }

    @Test
    void errorHandlerIsToldOfWhatNobodyWaitsFor() {
        runner().run(context -> {
            template(context).convertAndSend("valid", new Size(-1, List.of()));
            assertThat(fields(failures.poll(10, TimeUnit.SECONDS))).containsExactlyInAnyOrder("width", "names");
            assertThat(context.getBean(Pictures.class).widths).isEmpty();
        });
    }

    @Test
    void listenersOwnErrorHandlerMayAnswerInstead() {
        runner().run(context -> {
            assertThat(template(context).convertSendAndReceive("guarded", new Size(-1, List.of()), Integer.class))
                    .isEqualTo(-2);
            assertThat(failures).isEmpty();
        });
    }

    @Test
    void whatIsNotAnnotatedIsNotValidated() {
        runner().run(context -> assertThat(
                template(context).convertSendAndReceive("any", new Size(-1, List.of()), Integer.class)).isEqualTo(-1));
    }

    private static List<String> fields(@Nullable Throwable failure) {
        BindingResult violations = failure instanceof MethodArgumentNotValidException invalid
                ? invalid.getBindingResult()
                : null;
        return Objects.requireNonNull(violations, () -> "No constraint is violated: " + failure).getFieldErrors()
                .stream().map(FieldError::getField).toList();
    }

    record Size(@Positive int width, @NotEmpty List<String> names) {}

    static class Pictures {

        final BlockingQueue<Integer> widths = new LinkedBlockingQueue<>();

        @IpcListener("valid")
        int valid(@Payload @Valid Size size) {
            widths.add(size.width());
            return size.width();
        }

        @IpcListener("validated")
        int validated(@Validated @Payload Size size) {
            widths.add(size.width());
            return size.width();
        }

        @IpcListener(destination = "guarded", errorHandler = "counting")
        int guarded(@Valid Size size) {
            return size.width();
        }

        @IpcListener("any")
        int any(Size size) {
            return size.width();
        }
    }

    /** Counts the constraints that were violated. The result is the negative number of them. */
    static final class Counting implements IpcListenerErrorHandler {

        @Override
        public Object handleError(Message<?> message, Exception failure) {
            return -fields(failure).size();
        }
    }
}
