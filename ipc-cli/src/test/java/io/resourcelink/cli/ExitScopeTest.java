package io.resourcelink.cli;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ExitScopeTest {

    private final List<String> closed = new ArrayList<>();

    @Test
    void closesInReverseOrderAndOnce() {
        var scope = new ExitScope();
        scope.add(() -> closed.add("first"));
        scope.add(() -> closed.add("second"));

        scope.close();
        scope.close();

        assertThat(closed).containsExactly("second", "first");
    }

    @Test
    void closesAtOnceWhatComesTooLate() {
        var scope = new ExitScope();
        scope.close();

        scope.add(() -> closed.add("late"));

        assertThat(closed).containsExactly("late");
    }

    @Test
    void aFailureKeepsNothingElseOpen() {
        var scope = new ExitScope();
        scope.add(() -> {
            throw new IllegalStateException("first");
        });
        scope.add(() -> closed.add("between"));
        scope.add(() -> {
            throw new IllegalStateException("second");
        });

        assertThatThrownBy(scope::close).hasMessage("second")
                .satisfies(e -> assertThat(e.getSuppressed()).singleElement().extracting(Throwable::getMessage)
                        .isEqualTo("first"));
        assertThat(closed).containsExactly("between");
    }
}
