package io.resourcelink.internal.work;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ReasonTest {

    @Test
    void namesTheFailureAndItsRoot() {
        Throwable root = new AssertionError("out of range");
        assertThat(Reason.of(new IllegalStateException("no", new RuntimeException("middle", root))))
                .isEqualTo("java.lang.IllegalStateException: no; caused by java.lang.AssertionError: out of range");
        assertThat(Reason.of(root)).isEqualTo("java.lang.AssertionError: out of range");
    }

    @Test
    void longTextsAreCut() {
        assertThat(Reason.of(new RuntimeException("x".repeat(10_000_000)))).startsWith("java.lang.RuntimeException: xx")
                .hasSizeLessThan(2_100);
    }

    @Test
    void failureThatCannotBeAskedIsNamedByItsClass() {
        assertThat(Reason.of(new Speechless())).isEqualTo(Speechless.class.getName());
    }

    @Test
    void circleOfCausesEnds() {
        Throwable first = new RuntimeException("first");
        first.initCause(new RuntimeException("second", first));
        assertThat(Reason.of(first)).startsWith("java.lang.RuntimeException: first");
    }

    private static final class Speechless extends RuntimeException {

        private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
            throw new IllegalStateException("There is none.");
        }
    }
}
