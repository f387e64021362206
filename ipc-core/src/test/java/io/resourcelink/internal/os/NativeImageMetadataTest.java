package io.resourcelink.internal.os;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import io.resourcelink.channel.Channel;
import io.resourcelink.channel.Codec;
import io.resourcelink.channel.jackson.JacksonCodec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

/** What a native image is told of this library beforehand: a call or a class that it was not told of fails there. */
class NativeImageMetadataTest {

    private static final String METADATA = "/META-INF/native-image/io.resourcelink/ipc-core/reachability-metadata.json";
    private static final Map<MemoryLayout, String> TYPES = Map.of(ValueLayout.ADDRESS, "void*", ValueLayout.JAVA_INT,
            "jint", ValueLayout.JAVA_LONG, "jlong");

    private static JsonNode metadata = JsonMapper.shared().missingNode();

    @BeforeAll
    static void readMetadata() throws IOException {
        try (InputStream file = Objects.requireNonNull(Libc.class.getResourceAsStream(METADATA))) {
            metadata = JsonMapper.shared().readTree(file);
        }
    }

    @Test
    void everyCallThatIsLinkedIsThereAndNoOther() {
        SystemCalls.linkAll();

        List<String> linked = Libc.linked().stream().map(function -> text(function.call())).distinct()
                .toList();
        List<String> told = metadata.at("/foreign/downcalls").valueStream().map(NativeImageMetadataTest::text).toList();

        assertThat(linked).hasSizeGreaterThan(20);
        assertThat(told).containsExactlyInAnyOrderElementsOf(linked);
    }

    @Test
    void whatIsFoundByNameExistsUnderThatName() {
        assertThat(metadata.at("/reflection").valueStream().map(type -> type.path("type").asString()))
                .contains(JacksonCodec.class.getName());
        assertThat(metadata.at("/reflection").valueStream()).allSatisfy(type -> assertThatCode(() -> {
            Class<?> named = Class.forName(type.path("type").asString());
            type.path("methods").valueStream()
                    .forEach(method -> assertThat(method.path("name").asString()).isEqualTo("<init>"));
            if (type.has("methods")) {
                named.getConstructor();
            }
            for (JsonNode field : type.path("fields")) {
                named.getDeclaredField(field.path("name").asString());
            }
        }).doesNotThrowAnyException());
    }

    @Test
    void codecIsFoundByTheFileThatNamesIt() {
        String services = metadata.at("/resources/0/glob").asString();
        assertThat(services).isEqualTo("META-INF/services/" + Codec.class.getName());
        assertThat(Channel.class.getResource("/" + services)).isNotNull();
    }

    private static String text(Downcall call) {
        String options = (call.capturesErrno() ? " errno" : "") + (call.takesHeap() ? " heap" : "")
                + (call.fixed() == Downcall.ALL ? "" : " variadic from " + call.fixed());
        return TYPES.get(call.type().returnLayout().orElseThrow())
                + call.type().argumentLayouts().stream().map(TYPES::get).toList() + options;
    }

    private static String text(JsonNode call) {
        JsonNode options = call.path("options");
        return call.path("returnType").asString()
                + call.path("parameterTypes").valueStream().map(JsonNode::asString).toList()
                + (options.path("captureCallState").asBoolean(false) ? " errno" : "")
                + (options.at("/critical/allowHeapAccess").asBoolean(false) ? " heap" : "")
                + (options.has("firstVariadicArg") ? " variadic from " + options.path("firstVariadicArg").asInt() : "");
    }
}
