package io.resourcelink.channel.jackson;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

import io.resourcelink.InProcessMemory;
import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.channel.Codec;
import io.resourcelink.channel.MessageType;
import io.resourcelink.channel.SubSender;
import io.resourcelink.error.MessageException;
import io.resourcelink.memory.SharedMemory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class AttachmentTest {

    private final JacksonCodec codec = new JacksonCodec();
    private final FakeAttachments fake = new FakeAttachments();

    record Frame(int width, SharedMemory pixels) {}

    @SuppressWarnings("ArrayRecordComponent") // users write such records too
    record Everywhere(SharedMemory field, List<SharedMemory> list, Map<String, SharedMemory> map,
            Optional<SharedMemory> present, Optional<SharedMemory> empty, @Nullable SharedMemory absent, Frame nested,
            SharedMemory[] array) {}

    record Answer<T>(int request, SubSender<T> to) {}

    record Linked(ResourceLink link, SharedMemory memory, SubSender<String> sender) {}

    @SuppressWarnings("rawtypes")
    record Untyped(SubSender<?> any, SubSender raw, SubSender<? extends Frame> bounded) {}

    private byte[] encode(Object message) {
        return codec.encode(message, MessageType.of(message.getClass()), fake);
    }

    @Test
    void regionsStandAnywhereInAMessage() {
        SharedMemory[] memories = new SharedMemory[6];
        Arrays.setAll(memories, _ -> Specimen.memory());
        Everywhere message = new Everywhere(memories[0], Arrays.asList(memories[1], null), Map.of("key", memories[2]),
                Optional.of(memories[3]), Optional.empty(), null, new Frame(1, memories[4]),
                new SharedMemory[]{ memories[5] });
        Everywhere received = codec.decode(encode(message), MessageType.of(Everywhere.class), fake);
        assertThat(fake.attachments).containsExactlyInAnyOrder((Object[]) memories);
        assertThat(received.field()).isSameAs(memories[0]);
        assertThat(received.list()).containsExactly(memories[1], null);
        assertThat(received.map()).containsEntry("key", memories[2]);
        assertThat(received.present()).containsSame(memories[3]);
        assertThat(received.empty()).isEmpty();
        assertThat(received.absent()).isNull();
        assertThat(received.nested().pixels()).isSameAs(memories[4]);
        assertThat(received.array()).containsExactly(memories[5]);
    }

    @Test
    void anAttachmentMayBeTheMessage() {
        SharedMemory memory = Specimen.memory();
        MessageType<SharedMemory> region = MessageType.of(SharedMemory.class);
        assertThat(codec.decode(codec.encode(memory, region, fake), region, fake)).isSameAs(memory);
        SubSender<List<Frame>> sender = Specimen.sender();
        var type = new MessageType<SubSender<List<Frame>>>() {
        };
        assertThat(codec.decode(codec.encode(sender, type, fake), type, fake)).isSameAs(sender);
        assertThat(fake.senderTypes).containsExactly(new MessageType<List<Frame>>() {
        });
    }

    @Test
    void linksRegionsAndSendersGoTogether() {
        try (ResourceLinkFactory factory = ResourceLinkFactory.builder().inProcess(new InProcessMemory(1 << 20))
                .build();
                ResourceLink link = factory.create("frame", 16)) {
            Linked sent = new Linked(link, Specimen.memory(), Specimen.sender());
            Linked received = codec.decode(encode(sent), MessageType.of(Linked.class), fake);
            assertThat(received.link()).isSameAs(link);
            assertThat(received.memory()).isSameAs(sent.memory());
            assertThat(received.sender()).isSameAs(sent.sender());
            assertThat(fake.senderTypes).containsExactly(MessageType.of(String.class));
        }
    }

    @Test
    void onlyTheNumberIsWritten() {
        SharedMemory memory = Specimen.memory();
        fake.add(Specimen.memory());
        assertThat(codec.encode(List.of(memory, memory), new MessageType<List<SharedMemory>>() {
        }, fake)).containsExactly(0x82, 0x1A, 0, 0, 0, 1, 0x1A, 0, 0, 0, 1);
    }

    @Test
    void aSenderKnowsWhatItsMessagesAre() {
        var types = List.of(new MessageType<Answer<Frame>>() {
        }, new MessageType<Answer<List<Frame>>>() {
        }, new MessageType<Answer<Map<String, Optional<Frame>>>>() {
        }, new MessageType<Answer<byte[]>>() {
        }, new MessageType<Answer<List<Frame>[]>>() {
        }, new MessageType<Answer<Answer<SubSender<Map.Entry<String, Integer>>>>>() {
        });
        var expected = List.<MessageType<?>>of(MessageType.of(Frame.class), new MessageType<List<Frame>>() {
        }, new MessageType<Map<String, Optional<Frame>>>() {
        }, MessageType.of(byte[].class), new MessageType<List<Frame>[]>() {
        }, new MessageType<Answer<SubSender<Map.Entry<String, Integer>>>>() {
        });
        for (MessageType<?> type : types) {
            codec.decode(codec.encode(new Answer<>(1, Specimen.sender()), type, fake), type, fake);
        }
        assertThat(fake.senderTypes).isEqualTo(expected).asString().isEqualTo(expected.toString());
        for (int i = 0; i < expected.size(); i++) {
            assertThat(expected.get(i)).isEqualTo(fake.senderTypes.get(i))
                    .hasSameHashCodeAs(fake.senderTypes.get(i));
        }
    }

    @Test
    void aTypeThatASenderGotIsATypeForMessages() {
        var type = new MessageType<SubSender<List<Optional<Frame>>>>() {
        };
        codec.decode(codec.encode(Specimen.sender(), type, fake), type, fake);
        MessageType<?> got = fake.senderTypes.getFirst();
        SharedMemory memory = Specimen.memory();
        Object message = List.of(Optional.of(new Frame(7, memory)), Optional.empty());
        assertThat((Object) codec.decode(codec.encode(message, got, fake), got, fake)).isEqualTo(message);
    }

    @Test
    void aSenderOfUnknownMessagesIsOfObjects() {
        encode(new Untyped(Specimen.sender(), Specimen.sender(), Specimen.sender()));
        codec.decode(encode(new Untyped(Specimen.sender(), Specimen.sender(), Specimen.sender())),
                MessageType.of(Untyped.class), fake);
        assertThat(fake.senderTypes).containsExactlyInAnyOrder(MessageType.of(Object.class),
                MessageType.of(Object.class), MessageType.of(Frame.class));
    }

    @ParameterizedTest
    @ValueSource(strings = { "-1", "2147483648", "99999999999999999999", "0.0", "\"0\"", "true", "{}", "[0]" })
    void aNumberThatIsNoneIsAnErrorWithItsPath(String number) {
        fake.add(Specimen.memory());
        byte[] body = ("[{\"width\":1,\"pixels\":" + number + "}]").getBytes(UTF_8);
        assertThatExceptionOfType(JacksonException.class)
                .isThrownBy(() -> new JacksonCodec(new JsonMapper()).decode(body, new MessageType<List<Frame>>() {
                }, fake)).withMessageContaining("Expected the number of a SharedMemory, found")
                .withMessageContaining("[0]->").withMessageContaining("Frame[\"pixels\"]");
    }

    @Test
    void aNumberTheMessageDoesNotCarryIsAnErrorWithItsPath() {
        byte[] body = codec.encode(List.of(new Frame(1, Specimen.memory())), new MessageType<List<Frame>>() {
        }, fake);
        assertThatExceptionOfType(JacksonException.class)
                .isThrownBy(() -> codec.decode(body, new MessageType<List<Frame>>() {
                }, new FakeAttachments())).withMessageContaining("The message carries no SharedMemory number 0.")
                .withMessageContaining("[0]->").withMessageContaining("Frame[\"pixels\"]").havingCause()
                .isInstanceOf(MessageException.class);
    }

    @Test
    void aNumberOfAnotherKindIsAnError() {
        byte[] body = codec.encode(new Answer<>(1, Specimen.sender()), MessageType.of(Answer.class), fake);
        record Other(int request, SharedMemory to) {}
        assertThatExceptionOfType(JacksonException.class)
                .isThrownBy(() -> codec.decode(body, MessageType.of(Other.class), fake))
                .withMessageContaining("The message carries no SharedMemory number 0.");
    }

    @Test
    void whatIsWrongWithAnAttachmentIsToldWithItsPath() {
        Codec.Outgoing full = new Codec.Outgoing() {

            @Override
            public int add(SharedMemory memory) {
                throw new IllegalStateException("The region is closed.");
            }

            @Override
            public int add(ResourceLink link) {
                throw new AssertionError();
            }

            @Override
            public int add(SubSender<?> sender) {
                throw new AssertionError();
            }
        };
        Map<String, Frame> message = Map.of("key", new Frame(1, Specimen.memory()));
        assertThatExceptionOfType(JacksonException.class)
                .isThrownBy(() -> codec.encode(message, new MessageType<Map<String, Frame>>() {
                }, full)).withMessageContaining("The region is closed.").withMessageContaining("[\"key\"]->")
                .withMessageContaining("Frame[\"pixels\"]").havingCause().isInstanceOf(IllegalStateException.class);
    }

    @Test
    void attachmentsAreNoKeysOfMaps() {
        record Holder(Map<SharedMemory, String> names) {}
        assertThatExceptionOfType(JacksonException.class)
                .isThrownBy(() -> encode(new Holder(Map.of(Specimen.memory(), "name"))))
                .withMessageContaining("A SharedMemory can't be a key of a map in a message")
                .withMessageContaining("names");
        byte[] body = encode(Map.of("names", Map.of("0", "name")));
        assertThatExceptionOfType(JacksonException.class)
                .isThrownBy(() -> codec.decode(body, MessageType.of(Holder.class), fake))
                .withMessageContaining("A SharedMemory can't be a key of a map in a message");
    }

    @Test
    void outsideOfAChannelTheModuleRefusesAttachments() {
        JsonMapper mapper = JsonMapper.builder().addModule(JacksonCodec.module()).build();
        assertThatExceptionOfType(JacksonException.class)
                .isThrownBy(() -> mapper.writeValueAsString(new Frame(1, Specimen.memory())))
                .withMessageContaining("only where a channel encodes one.").withMessageContaining("Frame[\"pixels\"]");
        assertThatExceptionOfType(JacksonException.class)
                .isThrownBy(() -> mapper.readValue("{\"pixels\":0}", Frame.class))
                .withMessageContaining("only where a channel decodes one.").withMessageContaining("Frame[\"pixels\"]");
    }

    /** Only the number would arrive there. */
    @Test
    void attachmentsAreRefusedWhereTheirTypeIsNotDeclared() {
        record Open(Object content) {}
        assertThatExceptionOfType(JacksonException.class)
                .isThrownBy(() -> encode(new Open(Specimen.memory())))
                .withMessageContaining(SharedMemory.class.getName() + " in a place of type java.lang.Object")
                .withMessageContaining("Open[\"content\"]");
        assertThatExceptionOfType(JacksonException.class)
                .isThrownBy(
                        () -> codec.encode(Map.of("link", Specimen.sender()), new MessageType<Map<String, Object>>() {
                        }, fake))
                .withMessageContaining("in a place of type java.lang.Object").withMessageContaining("[\"link\"]");
        record Declared(SharedMemory content) {}
        byte[] body = codec.encode(Map.of("content", Specimen.memory()), new MessageType<Map<?, ?>>() {
        }, fake);
        assertThat(codec.decode(body, MessageType.of(Declared.class), fake).content())
                .isSameAs(fake.attachments.getLast());
    }
}
