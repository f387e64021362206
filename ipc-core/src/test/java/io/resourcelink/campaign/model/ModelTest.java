package io.resourcelink.campaign.model;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;

import io.resourcelink.campaign.Outcome;

import static org.assertj.core.api.Assertions.assertThat;

/** With all rules nothing is ever wrong. Without any one of them, something is. */
@Tag("slow")
class ModelTest {

    private static final int BOUND = 2_000_000;

    static final List<Configuration> CONFIGURATIONS = Configuration.ALL;

    @ParameterizedTest
    @FieldSource("CONFIGURATIONS")
    void nothingIsWrongWhileAllRulesAreKept(Configuration configuration) {
        Checker.Verdict verdict = configuration.check(2, BOUND);
        System.out.println("model: " + configuration.name() + ", " + verdict.states() + " states");
        assertThat(verdict.violation()).isNull();
        assertThat(verdict.complete()).as("all states were looked at").isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void withoutARuleSomethingIsWrong(Rule rule) {
        Optional<String> found = CONFIGURATIONS.stream()
                .map(configuration -> configuration.checkWithout(rule, 1, BOUND).violation())
                .filter(Objects::nonNull).map(Objects::requireNonNull).findFirst();
        System.out.println("model: without " + rule + " " + found);
        assertThat(found).isPresent();
    }

    @Test
    void programsOfChanceFindNothingEither() {
        Outcome outcome = new ModelPart(4, 50_000).run(1);
        System.out.println("model: " + outcome);
        assertThat(outcome.violations()).isEmpty();
    }
}
