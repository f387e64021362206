package io.resourcelink.internal.work;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ClosingTest {

    @Test
    void everyStepIsTriedAndTheFirstFailureThrown() {
        List<String> done = new ArrayList<>();
        Closing closing = new Closing();
        IllegalStateException first = new IllegalStateException("first");
        closing.run(() -> {
            throw first;
        });
        closing.run(() -> done.add("second"));
        closing.run(() -> {
            throw new OutOfMemoryError("third");
        });
        closing.run(() -> done.add("fourth"));
        assertThatThrownBy(closing::end).isSameAs(first);
        assertThat(first.getSuppressed()).hasSize(1);
        assertThat(done).containsExactly("second", "fourth");
    }

    @Test
    void aStepThatFailsHasMoreToDo() {
        Closing closing = new Closing();
        IllegalStateException failure = new IllegalStateException("first");
        assertThat(closing.ask(() -> false)).isFalse();
        assertThat(closing.ask(() -> true)).isTrue();
        assertThat(closing.ask(() -> {
            throw failure;
        })).isTrue();
        assertThatThrownBy(closing::end).isSameAs(failure);
    }

    @Test
    void theSameFailureTwiceIsOne() {
        IllegalStateException failure = new IllegalStateException();
        Closing closing = new Closing(failure);
        closing.failed(failure);
        assertThatThrownBy(closing::end).isSameAs(failure);
        assertThat(failure.getSuppressed()).isEmpty();
    }

    @Test
    void nothingIsThrownIfNothingFailed() {
        Closing closing = new Closing();
        closing.run(() -> {});
        closing.failed(null);
        assertThatCode(closing::end).doesNotThrowAnyException();
    }

    @Test
    void aCheckedExceptionIsWrapped() {
        Closing closing = new Closing(new IOException("full"));
        assertThatThrownBy(closing::end).isInstanceOf(IllegalStateException.class)
                .hasCauseInstanceOf(IOException.class);
    }

    @Test
    void anInterruptIsNotLost() {
        Closing closing = new Closing();
        closing.run(() -> {
            throw new InterruptedException();
        });
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void whatWasOpenedIsClosedBecauseOfAFailure() {
        Exception cause = new Exception("first");
        IllegalStateException later = new IllegalStateException("later");
        AtomicInteger closed = new AtomicInteger();
        Closing.undo(cause, null);
        Closing.undo(cause, closed::incrementAndGet);
        Closing.undo(cause, () -> {
            throw later;
        });
        assertThat(closed).hasValue(1);
        assertThat(cause).hasSuppressedException(later);
    }

    @Test
    void anInterruptWhileUndoingIsNotLost() {
        Closing.undo(new Exception("first"), () -> {
            throw new InterruptedException();
        });
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    @SuppressWarnings("ThrowableEqualsHashCode") // A user's exception may do so.
    void undoingThrowsNothingWhateverAFailureIsLike() {
        Exception cause = new Exception("first");
        AtomicInteger compared = new AtomicInteger();
        IllegalStateException strange = new IllegalStateException("strange") {
            private static final long serialVersionUID = 1L;

            @Override
            public boolean equals(Object other) {
                compared.incrementAndGet();
                throw new UnsupportedOperationException();
            }

            @Override
            public int hashCode() {
                return 0;
            }
        };
        assertThatCode(() -> Closing.undo(cause, () -> {
            throw strange;
        })).doesNotThrowAnyException();
        assertThat(cause.getSuppressed()).hasSize(1);
        assertThat(compared).hasValue(0);
        assertThatCode(() -> Closing.undo(strange, () -> {
            throw strange;
        })).doesNotThrowAnyException();
    }
}
