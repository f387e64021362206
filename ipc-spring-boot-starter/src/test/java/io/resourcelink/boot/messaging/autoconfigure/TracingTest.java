package io.resourcelink.boot.messaging.autoconfigure;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.Collectors;

import brave.handler.MutableSpan;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.resourcelink.boot.TestDirectories;
import io.resourcelink.boot.Traced;
import io.resourcelink.boot.messaging.IpcListener;
import io.resourcelink.boot.messaging.IpcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/** One trace spans the sender, the listener, and what the listener calls. With a tracer for each of two applications. */
@Tag("slow")
@Timeout(60)
class TracingTest {

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    @Test
    void requestIsOneTraceFromItsSenderToWhatItsListenerCalls() {
        try (Traced front = new Traced(); Traced back = new Traced()) {
            directories.messaging().withBean(ObservationRegistry.class, () -> back.observations())
                    .withBean(Detector.class).withBean(Archive.class).run(_ -> directories.messaging()
                            .withBean(ObservationRegistry.class, () -> front.observations()).run(context -> {
                                IpcTemplate template = context.getBean(IpcTemplate.class);
                                String found = Observation.createNotStarted("upload", front.observations())
                                        .observe(() -> template.convertSendAndReceive("detections", "cat",
                                                String.class));
                                assertThat(found).isEqualTo("a cat is archived");
                            }));

            List<MutableSpan> spans = new CopyOnWriteArrayList<>(front.spans());
            spans.addAll(back.spans());
            assertThat(spans).extracting(MutableSpan::traceId).containsOnly(spans.getFirst().traceId());
            Map<String, MutableSpan> byName = spans.stream()
                    .collect(Collectors.toMap(MutableSpan::name, Function.identity()));
            String name = "receive archive";
            for (String parent : List.of("send archive", "look", "receive detections", "send detections", "upload")) {
                assertThat(present(byName, name).parentId()).as(name).isEqualTo(present(byName, parent).id());
                name = parent;
            }
            assertThat(present(byName, "upload").parentId()).isNull();
        }
    }

    private static MutableSpan present(Map<String, MutableSpan> spans, String name) {
        return Objects.requireNonNull(spans.get(name), name);
    }

    /** Observes something, and within it asks another listener. */
    static class Detector {

        private final ObservationRegistry observations;
        private final IpcTemplate template;

        Detector(ObservationRegistry observations, IpcTemplate template) {
            this.observations = observations;
            this.template = template;
        }

        @IpcListener("detections")
        String detect(String picture) {
            return Observation.createNotStarted("look", observations)
                    .observe(() -> template.convertSendAndReceive("archive", picture, String.class));
        }
    }

    /** Answers. */
    static class Archive {

        @IpcListener("archive")
        String archive(String picture) {
            return "a " + picture + " is archived";
        }
    }
}
