package io.resourcelink;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.resourcelink.error.InvalidKeyException;
import io.resourcelink.error.OutOfSpaceException;
import io.resourcelink.error.SegmentAlreadyExistsException;
import io.resourcelink.error.SegmentNotFoundException;
import io.resourcelink.segment.CreateOptions;
import io.resourcelink.segment.ResourceKind;
import io.resourcelink.segment.ResourceLinkInfo;
import io.resourcelink.segment.SegmentState;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/** What every store promises: creating, acquiring, looking, removing and closing. Two factories stand for two processes. */
@ParameterizedClass
@EnumSource
@Timeout(60)
@ExtendWith(SharedMemoryDirectory.class)
class StoreContractTest {

    private final ContractHost.Kind kind;
    private ContractHost host;
    private ResourceLinkFactory factory;
    private ResourceLinkFactory other;

    StoreContractTest(ContractHost.Kind kind) {
        this.kind = kind;
    }

    @BeforeEach
    void open(Path directory) {
        host = kind.open(directory);
        factory = host.factory();
        other = host.factory();
    }

    @AfterEach
    void close() {
        host.close();
    }

    @ParameterizedTest
    @EnumSource
    void aSegmentIsThereFromCreationToTheLastRelease(ResourceKind kind) {
        CreateOptions options = CreateOptions.defaults().withKind(kind).withTtl(Duration.ofMillis(1500));
        ResourceLink link = factory.create("key", 1000, options);
        assertThat(link.info()).isEqualTo(other.info("key", kind).orElseThrow());
        assertThat(factory.list()).containsExactly(link.info());
        assertThat(link.info()).isEqualTo(new ResourceLinkInfo("key", kind, 1, 0,
                Instant.ofEpochMilli(host.clock().wallMillis), Duration.ZERO, Duration.ofMillis(1500),
                Instant.ofEpochMilli(host.clock().wallMillis + 1500), false, 1064, 1000, SegmentState.OPEN, false, 1,
                ProcessHandle.current().pid(), link.nonce()));
        link.close();
        assertThat(factory.list()).isEmpty();
        assertThat(factory.info("key", kind)).isEmpty();
    }

    @Test
    void everyAcquirerIsCountedAndTheLastOneUnlinks() {
        ResourceLink created = factory.create("key", 10);
        ResourceLink acquired = other.acquire("key");
        ResourceLink again = other.acquire("key");
        ResourceLink retained = again.retain();
        assertThat(created.refcount()).isEqualTo(4);
        assertThat(acquired.refcount()).isEqualTo(4);
        created.close();
        acquired.close();
        acquired.close();
        assertThat(retained.refcount()).isEqualTo(2);
        again.close();
        assertThat(factory.info("key").orElseThrow().refcount()).isOne();
        retained.close();
        assertThat(factory.info("key")).isEmpty();
    }

    @Test
    void aNewSegmentIsZeroAndOfTheExactSize() {
        try (ResourceLink link = factory.create("key", 5000)) {
            assertThat(link.payloadSize()).isEqualTo(5000);
            assertThat(link.size()).isEqualTo(5064);
            assertThat(link.payload().byteSize()).isEqualTo(5000);
            assertThat(link.payload().address() % 64).isZero();
            assertThat(link.readPayload(0, 5000)).containsOnly((byte) 0);
        }
    }

    @Test
    void anEmptySegmentWorks() {
        try (ResourceLink link = factory.create("key", 0); ResourceLink acquired = other.acquire("key")) {
            assertThat(link.isEmpty()).isTrue();
            assertThat(acquired.payload().byteSize()).isZero();
            assertThat(acquired.readPayload(0, 0)).isEmpty();
        }
    }

    @Test
    void aKeyThatIsHeldIsTaken() {
        try (ResourceLink _ = factory.create("key", 10)) {
            assertThatExceptionOfType(SegmentAlreadyExistsException.class).isThrownBy(() -> other.create("key", 10))
                    .withMessageContaining("held by 1 reference");
            assertThatExceptionOfType(SegmentAlreadyExistsException.class).isThrownBy(() -> factory.create("key", 10));
        }
    }

    @Test
    void whatIsNotThereIsNotFound() {
        assertThatExceptionOfType(SegmentNotFoundException.class).isThrownBy(() -> factory.acquire("key"))
                .withMessageContaining("No segment \"key\" in " + factory.directory())
                .satisfies(e -> assertThat(e.key()).isEqualTo("key"));
        assertThat(factory.tryAcquire("key")).isEmpty();
        assertThat(factory.info("key")).isEmpty();
        assertThat(factory.remove("key")).isFalse();
    }

    @Test
    void keysOfTheTwoKindsAreIndependent() {
        try (ResourceLink memory = factory.create("key", 1);
                ResourceLink file = factory.create("key", 2,
                        CreateOptions.defaults().withKind(ResourceKind.MAPPED_FILE))) {
            assertThat(other.acquire("key").payloadSize()).isEqualTo(memory.payloadSize());
            assertThat(other.acquire("key", ResourceKind.MAPPED_FILE).payloadSize()).isEqualTo(file.payloadSize());
            assertThat(other.list()).extracting(ResourceLinkInfo::kind).containsExactly(ResourceKind.SHARED_MEMORY,
                    ResourceKind.MAPPED_FILE);
            other.close();
        }
    }

    @Test
    void aReplacementCharacterIsACharacterLikeAnyOther() {
        try (ResourceLink _ = factory.create("a\uFFFDb", 1)) {
            assertThat(factory.list()).extracting(ResourceLinkInfo::key).containsExactly("a\uFFFDb");
        }
    }

    @Test
    void theTimeToLiveIsSeenByEveryAcquirerToTheMillisecond() {
        CreateOptions options = CreateOptions.defaults().withTtl(Duration.ofMillis(1234));
        try (ResourceLink _ = factory.create("key", 1, options); ResourceLink acquired = other.acquire("key")) {
            assertThat(acquired.ttl()).isEqualTo(Duration.ofMillis(1234));
            host.clock().advance(1233);
            assertThat(acquired.isExpired()).isFalse();
            assertThat(acquired.age()).isEqualTo(Duration.ofMillis(1233));
            host.clock().advance(1);
            assertThat(acquired.isExpired()).isTrue();
            assertThat(factory.collectOrphans(Duration.ZERO).collected()).isEmpty();
        }
    }

    @Test
    void absurdSizesAreTypedErrors() {
        for (long size : new long[]{ Long.MAX_VALUE, Long.MAX_VALUE - 64, 1L << 62, (1L << 62) - 65, 1L << 50 }) {
            assertThatExceptionOfType(OutOfSpaceException.class).isThrownBy(() -> factory.create("key", size))
                    .satisfies(e -> assertThat(e.requested()).isGreaterThanOrEqualTo(size))
                    .satisfies(e -> assertThat(e.available()).isPositive());
        }
        assertThatIllegalArgumentException().isThrownBy(() -> factory.create("key", -1))
                .withMessageContaining("zero bytes or more; asked for -1");
        assertThat(factory.list()).isEmpty();
    }

    @Test
    void aRemovedNameIsFreeAndItsHoldersKeepTheirMemory() {
        ResourceLink first = factory.create("key", 4);
        first.writePayload(new byte[]{ 1, 2, 3, 4 });
        assertThat(other.remove("key")).isTrue();
        assertThat(first.info().state()).isEqualTo(SegmentState.RETIRED);
        ResourceLink second = factory.create("key", 8);
        ResourceLink third = factory.acquire("key");
        assertThat(third.payloadSize()).isEqualTo(8);
        assertThat(first.retain().readPayload(0, 4)).containsExactly(1, 2, 3, 4);
        first.close();
        assertThat(second.refcount()).isEqualTo(2);
        assertThat(factory.info("key").orElseThrow().payloadSize()).isEqualTo(8);
    }

    @Test
    void closingClosesEveryLink() {
        ResourceLink link = factory.create("key", 1);
        ResourceLink replaced = factory.create("replaced", 1);
        factory.remove("replaced");
        ResourceLink replacing = factory.create("replaced", 1);
        MemorySegment payload = link.payload();
        factory.close();
        factory.close();
        assertThat(factory.isClosed()).isTrue();
        assertThat(link.isClosed()).isTrue();
        assertThat(replaced.isClosed()).isTrue();
        assertThat(replacing.isClosed()).isTrue();
        link.close();
        assertThat(other.list()).isEmpty();
        assertThatIllegalStateException().isThrownBy(() -> payload.get(ValueLayout.JAVA_BYTE, 0));
        assertThatIllegalStateException().isThrownBy(() -> factory.create("key", 1)).withMessageContaining("closed");
        assertThatIllegalStateException().isThrownBy(() -> factory.acquire("key"));
        assertThatIllegalStateException().isThrownBy(factory::list);
        assertThatIllegalStateException().isThrownBy(link::retain);
    }

    @Test
    void keysAreWhatMayNameAFile() {
        for (String key : new String[]{ "", ".hidden", "a/b", "a\0b", "\uD800", "x".repeat(256),
            "\u00e4".repeat(128) }) {
            assertThatExceptionOfType(InvalidKeyException.class).isThrownBy(() -> factory.create(key, 1));
            assertThatExceptionOfType(InvalidKeyException.class).isThrownBy(() -> factory.acquire(key));
            assertThatExceptionOfType(InvalidKeyException.class).isThrownBy(() -> factory.info(key));
            assertThatExceptionOfType(InvalidKeyException.class).isThrownBy(() -> factory.remove(key));
        }
        for (String key : new String[]{ "a", "x".repeat(255), "\u00e4".repeat(127), "with space", "a.b" }) {
            try (ResourceLink _ = factory.create(key, 1)) {
                assertThat(other.info(key).orElseThrow().key()).isEqualTo(key);
            }
        }
    }

    @Test
    void defaultsGiveWayToOptions() {
        try (ResourceLinkFactory configured = host.builder().defaultKind(ResourceKind.MAPPED_FILE)
                .defaultTtl(Duration.ofSeconds(30)).build();
                ResourceLink link = configured.create("key", 1);
                ResourceLink endless = configured.create("endless", 1,
                        CreateOptions.defaults().withTtl(Duration.ZERO))) {
            assertThat(configured.defaultKind()).isEqualTo(ResourceKind.MAPPED_FILE);
            assertThat(link.kind()).isEqualTo(ResourceKind.MAPPED_FILE);
            assertThat(link.ttl()).isEqualTo(Duration.ofSeconds(30));
            assertThat(endless.ttl()).isNull();
            assertThat(other.info("key")).isEmpty();
        }
    }

    @Test
    void capacitySaysHowMuchThereIs() {
        try (ResourceLink _ = factory.create("key", 4096)) {
            assertThat(factory.capacity().free()).isPositive().isLessThan(factory.capacity().total());
            assertThat(factory.capacity(ResourceKind.SHARED_MEMORY).total()).isEqualTo(factory.capacity().total());
        }
    }

    @Test
    void aFactoryThatIsClosedTakesOnlyItsOwnReferences() {
        ResourceLink stays = factory.create("key", 4);
        List<ResourceLink> others = List.of(other.acquire("key"), other.acquire("key"));
        assertThat(stays.refcount()).isEqualTo(3);
        other.close();
        assertThat(others).allMatch(ResourceLink::isClosed);
        assertThat(stays.refcount()).isOne();
        stays.writePayload(new byte[]{ 1, 2, 3, 4 });
        assertThat(stays.readPayload(0, 4)).containsExactly(1, 2, 3, 4);
    }

    @Test
    void theNameOfOneSegmentCanBeUsedAgainAndAgain() {
        for (int round = 1; round <= 50; round++) {
            try (ResourceLink made = factory.create("key", round); ResourceLink found = other.acquire("key")) {
                assertThat(found.payloadSize()).isEqualTo(round);
                assertThat(found.readPayload(0, round)).containsOnly(0);
                made.payload().fill((byte) 1);
            }
        }
    }

    @Test
    void aForgottenLinkIsClosedAndReported() throws InterruptedException {
        List<String> leaked = new CopyOnWriteArrayList<>();
        try (ResourceLinkFactory forgetful = host.builder().leakDetection(LeakDetection.FULL)
                .listener(new ResourceLinkListener() {
                    @Override
                    public void leaked(String key, @Nullable Throwable made) {
                        leaked.add(key + (made == null ? "" : " with its place"));
                    }
                }).build()) {
            forgetful.create("key", 1);
            for (int attempt = 0; attempt < 500 && leaked.isEmpty(); attempt++) {
                System.gc();
                Thread.sleep(10);
            }
            assertThat(leaked).containsExactly("key with its place");
            assertThat(other.list()).isEmpty();
        }
    }
}
