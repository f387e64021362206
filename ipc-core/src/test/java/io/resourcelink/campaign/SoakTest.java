package io.resourcelink.campaign;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** The short form of the part, and what it finds. */
@Tag("slow")
class SoakTest {

    @Test
    void aProcessThatWorksStaysAsItIs() throws Exception {
        Outcome outcome = new SoakPart(6).run(1);
        System.out.println("soak " + outcome);
        // Six seconds warm up.
        assertThat(outcome.violations()).noneMatch(violation -> !violation.contains("has grown"));
        assertThat(outcome.count("operations")).isPositive();
        assertThat(outcome.attachments()).containsKeys("images/soak.csv", "images/soak.svg");
        assertThat(outcome.attachments().get("images/soak.svg")).startsWith("<svg").endsWith("</svg>\n");
    }

    @Test
    void whatGrowsIsFound() {
        List<Sample> samples = new ArrayList<>();
        for (int second = 1; second <= 30; second++) {
            samples.add(new Sample(second, second, 1000, 40, 10, second));
        }
        Outcome outcome = new Outcome();
        SoakPart.flat("threads", samples, Sample::threads, 2, outcome);
        SoakPart.flat("descriptors", samples, Sample::descriptors, 2, outcome);
        assertThat(outcome.violations()).containsExactly("threads has grown from 20 to 30");
        assertThat(Sample.parse(samples.getFirst().line())).isEqualTo(samples.getFirst());
    }
}
