package io.resourcelink;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.claim.Claim;
import io.resourcelink.claim.ClaimOptions;
import io.resourcelink.claim.ClaimSigner;
import io.resourcelink.claim.LocalClaims;
import io.resourcelink.segment.ResourceKind;

import static org.assertj.core.api.Assertions.assertThat;

/** Claims that are older than the present boot, or come from another machine. */
@ExtendWith(SharedMemoryDirectory.class)
class RebootedClaimsTest {

    private static final ClaimOptions MINUTE = ClaimOptions.defaults().withTtl(Duration.ofMinutes(1));

    private final ClaimSigner signer = ClaimSigner.of(List.of(new byte[32]));
    private final FixedClock clock = new FixedClock();
    private Path disk;

    @BeforeEach
    void makeDirectory() throws IOException {
        disk = Files.createTempDirectory(Path.of("/var/tmp"), "ipc-test-rebooted-");
    }

    @AfterEach
    void removeDirectory() throws IOException {
        Files.deleteIfExists(disk.resolve(".stage"));
        try (Stream<Path> left = Files.list(disk)) {
            assertThat(left).isEmpty();
        }
        Files.delete(disk);
    }

    private ResourceLinkFactory factory(Path directory, String hostId) {
        return ResourceLinkFactory.builder().directory(directory).mappedFileDirectory(disk).hostId(hostId).clock(clock)
                .build();
    }

    @Test
    void afterARebootMemoryIsFarAndMappedFilesAreNear(Path directory) {
        Claim inMemory;
        Claim onDisk;
        try (ResourceLinkFactory factory = factory(directory, "host")) {
            LocalClaims claims = LocalClaims.signed(factory, signer);
            inMemory = claims.publish(Content.of(new byte[]{ 1 }), MINUTE);
            onDisk = claims.publish(Content.of(new byte[]{ 2 }), MINUTE.withKind(ResourceKind.MAPPED_FILE));
            assertThat(claims.isNear(inMemory)).isTrue();
            assertThat(claims.isNear(onDisk)).isTrue();
        }
        clock.reboot(30_000);
        try (ResourceLinkFactory factory = factory(directory, "host")) {
            LocalClaims claims = LocalClaims.signed(factory, signer);
            assertThat(claims.isNear(inMemory)).isFalse();
            assertThat(claims.tryOpen(inMemory)).isEmpty();
            try (ResourceLink link = claims.open(onDisk)) {
                assertThat(link.readPayload(0, 1)).containsExactly(2);
            }
            assertThat(claims.settle(onDisk)).isTrue();
            assertThat(factory.remove(inMemory.key())).isTrue();
        }
    }

    @Test
    void mappedFilesOfAnotherHostAreFar(Path directory) {
        try (ResourceLinkFactory here = factory(directory, "here");
                ResourceLinkFactory there = factory(directory, "there")) {
            Claim onDisk = LocalClaims.signed(here, signer).publish(Content.of(new byte[]{ 2 }),
                    MINUTE.withKind(ResourceKind.MAPPED_FILE));
            Claim inMemory = LocalClaims.signed(here, signer).publish(Content.of(new byte[]{ 1 }), MINUTE);
            assertThat(LocalClaims.signed(there, signer).isNear(onDisk)).isFalse();
            assertThat(LocalClaims.signed(there, signer).isNear(inMemory)).isTrue();
            assertThat(LocalClaims.signed(here, signer).settle(onDisk)).isTrue();
            assertThat(LocalClaims.signed(there, signer).settle(inMemory)).isTrue();
        }
    }
}
