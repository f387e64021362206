package io.resourcelink;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.Test;

import io.resourcelink.error.OutOfSpaceException;
import io.resourcelink.error.SpaceLimit;
import io.resourcelink.segment.Capacity;
import io.resourcelink.segment.CreateOptions;
import io.resourcelink.segment.ResourceKind;
import io.resourcelink.segment.ResourceLinkInfo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class InProcessMemoryTest {

    private static ResourceLinkFactory on(InProcessMemory memory) {
        return ResourceLinkFactory.builder().inProcess(memory).build();
    }

    @Test
    void eachKindHasItsCapacityToTheByte() {
        try (ResourceLinkFactory factory = on(new InProcessMemory(300));
                ResourceLink _ = factory.create("first", 100)) {
            assertThat(factory.capacity())
                    .isEqualTo(new Capacity(300, 136, SpaceLimit.APPLICATION, factory.directory().toString()));
            assertThatExceptionOfType(OutOfSpaceException.class).isThrownBy(() -> factory.create("second", 73))
                    .withMessageContaining("it needs 137 bytes, 136 are free in in-process")
                    .withMessageContaining("or give the InProcessMemory a larger capacity.");
            factory.create("second", 72).close();
            assertThat(factory.capacity(ResourceKind.MAPPED_FILE)).satisfies(room -> {
                assertThat(room.free()).isEqualTo(300);
                assertThat(room.total()).isEqualTo(300);
            });
        }
    }

    @Test
    void orphansMakeRoom() {
        InProcessMemory memory = new InProcessMemory(200);
        try (ResourceLinkFactory dying = on(memory); ResourceLinkFactory factory = on(memory)) {
            ResourceLink dead = dying.create("dead", 100);
            dying.abandon();
            assertThat(dead.isClosed()).isTrue();
            try (ResourceLink link = factory.create("alive", 100)) {
                assertThat(factory.list()).extracting(ResourceLinkInfo::key).containsExactly(link.key());
            }
        }
    }

    @Test
    void whatTheJvmHasNoMemoryForIsATypedErrorToo() {
        try (ResourceLinkFactory factory = on(new InProcessMemory(Long.MAX_VALUE))) {
            for (long size : new long[]{ 1L << 50, (1L << 62) - 100, Long.MAX_VALUE }) {
                assertThatExceptionOfType(OutOfSpaceException.class).isThrownBy(() -> factory.create("key", size));
            }
            assertThat(factory.capacity().free()).isEqualTo(Long.MAX_VALUE);
        }
    }

    @Test
    void memoriesAreIndependent() {
        try (ResourceLinkFactory here = on(new InProcessMemory(1000));
                ResourceLinkFactory there = on(new InProcessMemory(1000));
                ResourceLink _ = here.create("key", 1)) {
            assertThat(there.info("key")).isEmpty();
        }
    }

    @Test
    void aTestCanOwnTheTime() {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2030-01-01T00:00:00Z"));
        try (ResourceLinkFactory factory = on(new InProcessMemory(1000, now::get));
                ResourceLink link = factory.create("key", 1,
                        CreateOptions.defaults().withTtl(Duration.ofMinutes(1)))) {
            assertThat(link.createdAt()).isEqualTo(now.get());
            now.updateAndGet(time -> time.plusSeconds(60));
            assertThat(link.isExpired()).isTrue();
            assertThat(link.age()).isEqualTo(Duration.ofMinutes(1));
        }
    }

    @Test
    void ageIsMeasuredWithoutAClockOfOnesOwn() {
        try (ResourceLinkFactory factory = on(new InProcessMemory(1000));
                ResourceLink link = factory.create("key", 1)) {
            assertThat(link.createdAt()).isBetween(Instant.now().minusSeconds(60), Instant.now());
            assertThat(link.age()).isBetween(Duration.ZERO, Duration.ofSeconds(60));
        }
    }

    @Test
    void aPayloadEndsWithTheLastHandleOfAllFactories() {
        InProcessMemory memory = new InProcessMemory(1000);
        try (ResourceLinkFactory factory = on(memory); ResourceLinkFactory other = on(memory)) {
            ResourceLink link = factory.create("key", 1);
            ResourceLink last = other.acquire("key");
            MemorySegment payload = link.payload();
            link.close();
            assertThat(payload.get(ValueLayout.JAVA_BYTE, 0)).isZero();
            last.close();
            assertThatIllegalStateException().isThrownBy(() -> payload.get(ValueLayout.JAVA_BYTE, 0));
        }
    }

    @Test
    void watchingIsAllowedAndDoesNothing() {
        try (ResourceLinkFactory factory = ResourceLinkFactory.builder().inProcess(new InProcessMemory(1000))
                .watch(true).build()) {
            factory.create("key", 1).close();
            assertThat(factory.list()).isEmpty();
        }
    }

    @Test
    void aCapacityIsNotNegative() {
        assertThatIllegalArgumentException().isThrownBy(() -> new InProcessMemory(-1));
    }

    @Test
    void anotherSystemIsToldAboutIt() {
        String real = System.getProperty("os.name");
        try {
            System.setProperty("os.name", "Plan 9");
            assertThatExceptionOfType(UnsupportedOperationException.class)
                    .isThrownBy(() -> ResourceLinkFactory.builder().build())
                    .withMessageContaining("this is Plan 9").withMessageContaining("inProcess(new InProcessMemory");
            try (ResourceLinkFactory factory = on(new InProcessMemory(1000));
                    ResourceLink link = factory.create("key", 1)) {
                assertThat(link.refcount()).isOne();
            }
        } finally {
            System.setProperty("os.name", real);
        }
    }
}
