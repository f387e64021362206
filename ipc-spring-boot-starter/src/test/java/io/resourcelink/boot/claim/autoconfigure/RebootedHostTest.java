package io.resourcelink.boot.claim.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import io.resourcelink.FixedClock;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.TestDirectories;
import io.resourcelink.boot.autoconfigure.ResourceLinkFactoryBuilderCustomizer;
import io.resourcelink.claim.Claim;
import io.resourcelink.error.ClaimGoneException;
import io.resourcelink.error.ClaimUnavailableException;
import io.resourcelink.segment.ResourceKind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Applications that start again after their host did. A kernel that starts has another boot id, and here so has the factory's clock. */
class RebootedHostTest extends ClaimsFixture {

    private final FixedClock clock = new FixedClock();
    private Path disk;

    @BeforeEach
    void makeDirectory() throws IOException {
        disk = Files.createTempDirectory(Path.of("/var/tmp"), "ipc-starter-test-rebooted-");
        clock.wallMillis = System.currentTimeMillis();
    }

    @AfterEach
    void removeDirectory() throws IOException {
        Files.deleteIfExists(disk.resolve(".stage"));
        try (Stream<Path> left = Files.list(disk)) {
            assertThat(left).isEmpty();
        }
        Files.delete(disk);
    }

    private ApplicationContextRunner onThisHost(ApplicationContextRunner runner, TestDirectories memory) {
        return runner.withPropertyValues("ipc.directory=" + memory.memory(), "ipc.mapped-file-directory=" + disk,
                "ipc.claims.host-id=host").withBean(ResourceLinkFactoryBuilderCustomizer.class, () -> clock::drive);
    }

    /** The memory is still there, unlike after a real start. It belongs to another boot, so its claim must not find it. */
    @Test
    void memoryIsFarAndMappedFilesAreNear() {
        Claim[] published = new Claim[2];
        onThisHost(signing(), directories).run(before -> {
            published[0] = publish(before, WITH_ORIGIN);
            published[1] = publish(before, WITH_ORIGIN.withKind(ResourceKind.MAPPED_FILE));
            assertThat(published).allMatch(claims(before)::isNear);
        });
        clock.reboot(30_000);
        AtomicInteger fetches = new AtomicInteger();
        onThisHost(far(fetches), directories).run(after -> {
            assertThat(claims(after).isNear(published[1])).isTrue();
            assertReads(claims(after), published[1]);
            assertThat(fetches).hasValue(0);
            assertThat(claims(after).isNear(published[0])).isFalse();
            assertReads(claims(after), published[0]);
            assertReads(claims(after), published[0]);
            assertThat(fetches).as("fetched once, and then the replica").hasValue(1);
            assertThat(claims(after).settle(published[1])).isTrue();
            after.getBean(ResourceLinkFactory.class).list()
                    .forEach(left -> after.getBean(ResourceLinkFactory.class).remove(left.key()));
        });
    }

    @Test
    void withoutAnOriginMemoryIsUnavailableAndAMappedFileEndsWithItsTime() {
        Claim[] published = new Claim[2];
        onThisHost(signing(), directories).run(before -> {
            published[0] = publish(before, HOUR);
            published[1] = publish(before, HOUR.withKind(ResourceKind.MAPPED_FILE));
        });
        clock.reboot(Duration.ofMinutes(30).toMillis());
        onThisHost(signing(), directories).run(after -> {
            assertThatExceptionOfType(ClaimUnavailableException.class)
                    .isThrownBy(() -> claims(after).open(published[0]));
            assertReads(claims(after), published[1]);
            clock.advance(Duration.ofHours(1).toMillis());
            assertThatExceptionOfType(ClaimGoneException.class).isThrownBy(() -> claims(after).open(published[1]));
            ResourceLinkFactory factory = after.getBean(ResourceLinkFactory.class);
            factory.list().forEach(left -> factory.remove(left.key(), left.kind()));
        });
    }
}
