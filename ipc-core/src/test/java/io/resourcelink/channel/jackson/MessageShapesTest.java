package io.resourcelink.channel.jackson;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.Month;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.JsonValue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.dataformat.cbor.CBORMapper;

import io.resourcelink.channel.MessageType;
import io.resourcelink.error.MessageException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/** Shapes that messages of users have: received equal, or refused with the type, the path and a way out. */
class MessageShapesTest {

    private final JacksonCodec codec = new JacksonCodec();

    record Box<T>(T content, List<T> more) {}

    record Id(@JsonValue String text) {

        @JsonCreator
        Id {}
    }

    record Inner(int x) {}

    record Unwrapped(@JsonUnwrapped Base base, int more) {}

    record Sets(Set<Month> months, EnumSet<Month> set, EnumMap<Month, Integer> map, Set<String> ordered,
            Map<UUID, Inner> byId, Map<Instant, int[][]> arrays) {

        boolean sameAs(Sets other) {
            return months.equals(other.months) && set.equals(other.set) && map.equals(other.map)
                    && List.copyOf(ordered).equals(List.copyOf(other.ordered)) && byId.equals(other.byId)
                    && arrays.keySet().equals(other.arrays.keySet());
        }
    }

    static class Base {

        private int size;

        public int getSize() {
            return size;
        }

        public void setSize(int size) {
            this.size = size;
        }

        public int getDoubled() {
            return size * 2;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Base that && getClass() == that.getClass() && size == that.size;
        }

        @Override
        public int hashCode() {
            return size;
        }
    }

    static final class Derived extends Base {

        public int more = 3;
    }

    static final class Unset {

        private final List<String> items = new ArrayList<>();

        public List<String> getItems() {
            return items;
        }
    }

    static final class Hidden {

        private final int state = 3;

        @Override
        public String toString() {
            return "Hidden" + state;
        }
    }

    static final class NoConstructor {

        private final int size;

        private NoConstructor(int size, boolean checked) {
            this.size = checked ? size : 0;
        }

        public int getSize() {
            return size;
        }
    }

    interface Shape {

        int size();
    }

    record Square(int size) implements Shape {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
    sealed interface Order {}

    record Buy(int amount) implements Order {}

    sealed interface Later extends Order {}

    record Sell(int amount, List<Order> then) implements Later {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
    @JsonSubTypes({ @JsonSubTypes.Type(value = Dog.class, name = "d"),
        @JsonSubTypes.Type(value = Cat.class, name = "c") })
    abstract static class Animal {}

    static final class Dog extends Animal {

        public int legs = 4;
    }

    static final class Cat extends Animal {

        public int lives = 7;
    }

    record Bits(String name, BitSet bits) {}

    record Open(@Nullable Object content) {}

    @SuppressWarnings("NullableOptional") // it is to be refused
    record Nullables(@Nullable Optional<String> text) {}

    record Tree(@Nullable JsonNode tree) {}

    record Ids(Map<Inner, String> names) {}

    record Shapes(List<Shape> shapes) {}

    record Failed(Exception failure) {}

    /** A message, its type, and what the refusal says. */
    record Refused(Object message, MessageType<?> type, List<String> said) {

        Refused(Object message, MessageType<?> type, String... said) {
            this(message, type, List.of(said));
        }
    }

    @Test
    void commonShapesAreReceivedEqual() {
        isEqual(new Box<>(new Box<>(List.of(new Inner(1)), List.of()), List.of()),
                new MessageType<Box<Box<List<Inner>>>>() {
                });
        isEqual(new Box<>(Optional.of(5L), List.of(Optional.empty())), new MessageType<Box<Optional<Long>>>() {
        });
        isEqual(new Id("text"), MessageType.of(Id.class));
        isEqual(Map.of("k", List.of(1, 5L, 1.5f, 2.5, "t", true, new ArrayList<>(), Map.of("deep", 1L << 40))),
                new MessageType<Map<String, Object>>() {
                });
        isEqual(List.of(Map.entry("k", 5)), new MessageType<List<Map.Entry<String, Integer>>>() {
        });
        isEqual(new TreeMap<>(Map.of("b", 1, "a", 2)), new MessageType<Map<String, Integer>>() {
        });
        Base base = new Base();
        base.setSize(4);
        isEqual(List.of(base), new MessageType<List<Base>>() {
        });
        isEqual(new Unwrapped(base, 5), MessageType.of(Unwrapped.class));
        isEqual(Collections.unmodifiableList(new ArrayList<>(Collections.singletonList(null))),
                new MessageType<List<Inner>>() {
                });
    }

    private void isEqual(Object message, MessageType<?> type) {
        assertThat(roundTrip(message, type)).isEqualTo(message);
    }

    private Object roundTrip(Object message, MessageType<?> type) {
        return codec.decode(codec.encode(message, type, new FakeAttachments()), type, new FakeAttachments());
    }

    /** A sender may know the class of a message, and the receiver only its supertype. */
    @Test
    void whatIsWrittenAsASubclassIsReadAsTheTypeThatTellsSubclassesApart() {
        assertThat(readAs(Order.class, new Buy(1))).isEqualTo(new Buy(1));
        assertThat(readAs(Order.class, new Sell(1, List.of(new Buy(2))))).isEqualTo(new Sell(1, List.of(new Buy(2))));
        assertThat(readAs(Later.class, new Sell(1, List.of()))).isEqualTo(new Sell(1, List.of()));
        assertThat(readAs(Animal.class, new Dog())).isInstanceOf(Dog.class);
        assertThat(readAs(Animal.class, new Cat())).isInstanceOf(Cat.class);
    }

    @Test
    void aTypeWhoseSubclassesAreNotToldApartIsNotDecodable() {
        assertThatNoException().isThrownBy(() -> codec.checkDecodable(MessageType.of(Order.class)));
        assertThatNoException().isThrownBy(() -> codec.checkDecodable(MessageType.of(Later.class)));
        assertThatNoException().isThrownBy(() -> codec.checkDecodable(MessageType.of(Animal.class)));
        assertThatExceptionOfType(MessageException.class)
                .isThrownBy(() -> codec.checkDecodable(MessageType.of(Shape.class)))
                .withMessageContaining("@JsonTypeInfo");
    }

    private Object readAs(Class<?> type, Object message) {
        byte[] body = codec.encode(message, MessageType.of(message.getClass()), new FakeAttachments());
        return codec.decode(body, MessageType.of(type), new FakeAttachments());
    }

    @Test
    void typeIdsAreNoNamesOfPackages() {
        byte[] body = codec.encode(new Buy(1), MessageType.of(Buy.class), new FakeAttachments());
        assertThat(new String(body, StandardCharsets.ISO_8859_1)).contains("Buy")
                .doesNotContain(Buy.class.getPackageName());
    }

    @Test
    void setsKeepTheirOrderAndEnumsTheirSets() {
        Sets sets = new Sets(EnumSet.of(Month.MAY), EnumSet.of(Month.MAY), new EnumMap<>(Map.of(Month.MAY, 1)),
                new LinkedHashSet<>(List.of("z", "a", "q")), Map.of(new UUID(1, 2), new Inner(1)),
                Map.of(Instant.EPOCH, new int[][]{ { 1 }, {} }));
        assertThat(((Sets) roundTrip(sets, MessageType.of(Sets.class))).sameAs(sets)).isTrue();
    }

    static Stream<Refused> refused() {
        BitSet bits = BitSet.valueOf(new long[]{ 5 });
        TreeMap<String, String> reversed = new TreeMap<>(Comparator.reverseOrder());
        return Stream.of(
                new Refused(new Bits("n", bits), MessageType.of(Bits.class), "java.util.BitSet", "Bits[\"bits\"]",
                        "BitSet.toByteArray()"),
                new Refused(List.of(new java.sql.Timestamp(5)), new MessageType<List<java.sql.Timestamp>>() {
                }, "java.sql.Timestamp", "[0]", "java.time.Instant"),
                new Refused(List.of(new java.sql.Timestamp(5)), new MessageType<List<java.util.Date>>() {
                }, "java.sql.Timestamp", "[0]"),
                new Refused(new Open((short) 5), MessageType.of(Open.class), "java.lang.Short", "Open[\"content\"]"),
                new Refused(new Open(new Inner(1)), MessageType.of(Open.class), "Inner", "Open[\"content\"]"),
                new Refused(new Open(Set.of("a")), MessageType.of(Open.class), "Set", "Open[\"content\"]"),
                new Refused(new Open(Map.of(1, "a")), MessageType.of(Open.class), "Only a String can be a key"),
                new Refused(new Open(Optional.of("a")), MessageType.of(Open.class), "java.util.Optional"),
                new Refused(new Open(new Thread("t")), MessageType.of(Open.class), "java.lang.Thread"),
                new Refused(List.of(new Derived()), new MessageType<List<Base>>() {
                }, "Derived", "@JsonTypeInfo", "[0]"),
                new Refused(new Unset(), MessageType.of(Unset.class), "Unset", "\"items\""),
                new Refused(new Hidden(), MessageType.of(Hidden.class), "Hidden", "no properties"),
                new Refused(new NoConstructor(1, true), MessageType.of(NoConstructor.class), "NoConstructor",
                        "@JsonCreator"),
                new Refused(new Shapes(List.of(new Square(1))), MessageType.of(Shapes.class), "Square", "@JsonTypeInfo",
                        "Shapes[\"shapes\"]"),
                new Refused(new Ids(Map.of(new Inner(1), "n")), MessageType.of(Ids.class), "Inner", "Key deserializer",
                        "Ids"),
                new Refused(new Nullables(null), MessageType.of(Nullables.class), "\"text\"", "empty"),
                new Refused(new Tree(null), MessageType.of(Tree.class), "\"tree\""),
                new Refused(new Failed(new IllegalStateException("x")), MessageType.of(Failed.class),
                        "Exception", "Failed[\"failure\"]"),
                new Refused(reversed, new MessageType<Map<String, String>>() {
                }, "comparator"),
                new Refused(Optional.of(Optional.empty()), new MessageType<Optional<Optional<String>>>() {
                }, "java.util.Optional"));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void whatWouldNotBeReceivedEqualIsRefusedByTheSender(Refused refused) {
        assertThatExceptionOfType(RuntimeException.class)
                .isThrownBy(() -> codec.encode(refused.message(), refused.type(), new FakeAttachments()))
                .isInstanceOfAny(JacksonException.class, MessageException.class)
                .satisfies(e -> assertThat(e.getMessage()).contains(refused.said()));
    }

    /** The receiver declares what the sender does not know. */
    @Test
    void whatIsInAMessageOfUnknownElementsIsWrittenAsItsClassSays() {
        byte[] body = codec.encode(List.of(Map.of("content", new Inner(1), "more", List.of(new Inner(2)))),
                new MessageType<List<?>>() {
                }, new FakeAttachments());
        assertThat((Object) codec.decode(body, new MessageType<List<Box<Inner>>>() {
        }, new FakeAttachments())).isEqualTo(List.of(new Box<>(new Inner(1), List.of(new Inner(2)))));
        assertThatExceptionOfType(JacksonException.class)
                .isThrownBy(() -> codec.encode(List.of(new Bits("n", new BitSet())), new MessageType<List<?>>() {
                }, new FakeAttachments())).withMessageContaining("java.util.BitSet");
    }

    /** A module of the user decides what becomes of a type. */
    @Test
    void aModuleBringsATypeOver() {
        SimpleModule module = new SimpleModule("bits").addSerializer(BitSet.class, new ValueSerializer<>() {

            @Override
            public void serialize(BitSet bits, JsonGenerator generator, SerializationContext context) {
                generator.writeBinary(bits.toByteArray());
            }
        }).addDeserializer(BitSet.class, new StdDeserializer<>(BitSet.class) {

            @Override
            public BitSet deserialize(tools.jackson.core.JsonParser parser,
                    tools.jackson.databind.DeserializationContext context) {
                return BitSet.valueOf(Objects.requireNonNull(parser.getBinaryValue()));
            }
        });
        JacksonCodec with = JacksonCodec.withModules(List.of(module));
        MessageType<Bits> type = MessageType.of(Bits.class);
        Bits bits = new Bits("n", BitSet.valueOf(new long[]{ 5 }));
        assertThat(with.decode(with.encode(bits, type, new FakeAttachments()), type, new FakeAttachments()))
                .isEqualTo(bits);
        JacksonCodec own = new JacksonCodec(CBORMapper.builder().addModule(module).build());
        assertThat(own.decode(own.encode(bits, type, new FakeAttachments()), type, new FakeAttachments()))
                .isEqualTo(bits);
    }
}
