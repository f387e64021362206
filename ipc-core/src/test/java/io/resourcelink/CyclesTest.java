package io.resourcelink;

import java.util.List;
import java.util.Set;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class CyclesTest {

    @Test
    void classesOfACycleAreFoundTogetherAndOthersAreNot() {
        assertThat(Cycles.insidePackages(
                new ClassFileImporter().importClasses(First.class, First.Inner.class, Second.class, Third.class,
                        Fourth.class, Apart.class, CyclesTest.class, Nested.class)))
                .containsExactly(Set.of(First.class.getName(), Second.class.getName(), Third.class.getName()));
    }

    private static final class Nested {

        private final CyclesTest outer = new CyclesTest();

        @Override
        public String toString() {
            return "of " + outer;
        }
    }
}

/** Knows the third by a nested class only. */
final class First {

    record Inner(List<Third> third) {}
}

record Second(First first) {}

record Third(Second second, Fourth fourth) {}

record Fourth(Apart apart) {}

record Apart(String text) {}
