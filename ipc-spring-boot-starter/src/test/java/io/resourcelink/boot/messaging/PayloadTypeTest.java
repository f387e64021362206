package io.resourcelink.boot.messaging;

import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.messaging.handler.annotation.Payload;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/** The types that the messages of a listener's method have. */
class PayloadTypeTest {

    record Frame(int width) {}

    abstract static class Base<T> {

        void one(T payload) {}

        void several(T[] payload) {}

        void nested(Map<String, T> payload) {}

        T result() {
            throw new UnsupportedOperationException();
        }
    }

    abstract static class Lists<E> extends Base<List<E>> {}

    static class Frames extends Base<Frame> {}

    static class ListsOfFrames extends Base<List<Frame>> {}

    static class InheritedLists extends Lists<Frame> {}

    private static Method method(String name) {
        return Arrays.stream(Base.class.getDeclaredMethods()).filter(method -> method.getName().equals(name))
                .findFirst().orElseThrow();
    }

    private static Type payload(Class<?> type, String name) {
        return PayloadType.of(method(name), type);
    }

    @Test
    void typeVariableOfABaseClassIsWhatTheListenersClassSays() {
        Type list = new ParameterizedTypeReference<List<Frame>>() {
        }.getType();
        assertThat(payload(Frames.class, "one")).isEqualTo(Frame.class);
        assertThat(payload(ListsOfFrames.class, "one")).hasToString(list.toString());
        assertThat(payload(InheritedLists.class, "one")).hasToString(list.toString());
        assertThat(PayloadType.returnedBy(method("result"), InheritedLists.class))
                .hasToString(list.toString());
        assertThat(payload(ListsOfFrames.class, "nested").getTypeName()).endsWith(">>").contains("Frame");
    }

    @Test
    void arrayOfATypeVariableIsOfWhatTheListenersClassSays() {
        assertThat(payload(Frames.class, "several")).isEqualTo(Frame[].class);
        Object read = read("[[{\"width\":1}]]", payload(ListsOfFrames.class, "several"));
        assertThat((Object[]) read).containsExactly(List.of(new Frame(1)));
    }

    interface Mixed {

        void mixed(@Payload Frame frame, Thread ofAResolver);
    }

    @Test
    void onlyTheParameterWithPayloadCountsIfThereIsOne() {
        assertThat(PayloadType.of(Mixed.class.getDeclaredMethods()[0], Mixed.class)).isEqualTo(Frame.class);
    }

    private static Object read(String json, Type type) {
        JsonMapper mapper = JsonMapper.shared();
        return mapper.readValue(json, mapper.constructType(type));
    }
}
