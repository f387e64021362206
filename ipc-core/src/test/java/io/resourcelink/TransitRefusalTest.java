package io.resourcelink;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Objects;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import io.resourcelink.error.DifferentDirectoryException;
import io.resourcelink.error.InvalidKeyException;
import io.resourcelink.error.InvalidSegmentException;
import io.resourcelink.error.PermissionException;
import io.resourcelink.error.SegmentBusyException;
import io.resourcelink.internal.format.ReferenceLocks;
import io.resourcelink.internal.mapping.Reclaimer;
import io.resourcelink.internal.os.Descriptors;
import io.resourcelink.internal.os.Directory;
import io.resourcelink.internal.os.Directory.Access;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.internal.store.TransitReference;
import io.resourcelink.segment.OrphanReport.Collected;
import io.resourcelink.segment.ResourceKind;
import io.resourcelink.segment.SegmentState;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/** What is no reference to a segment of the directory is refused when it arrives, and nothing of it stays. */
@Timeout(60)
@ExtendWith(SharedMemoryDirectory.class)
class TransitRefusalTest extends TransitFixture {

    /** Descriptors: each factory has its directory open, and the sender its segment. */
    private static final int OPEN_THROUGHOUT = 3;

    @Test
    void acceptingWaitsForACollectorAndThenGivesUp() throws Exception {
        sender.abandon();
        try (Directory opened = Directory.open(directory, 0700);
                OpenFile collector = Objects.requireNonNull(opened.open(frame, "key", Access.USE))) {
            assertThat(ReferenceLocks.tryExclude(frame, collector)).isTrue();
            assertThatExceptionOfType(SegmentBusyException.class)
                    .isThrownBy(received("key", file("key"))::accept).withMessageContaining("references locked");
        }
        receiver.collectOrphans(Duration.ZERO);
    }

    @Test
    void aKeyThatIsNotTheFilesNameIsRefused() {
        try (ResourceLink other = sender.create("other", 8)) {
            for (String lie : new String[]{ "other", "nothing" }) {
                assertThatExceptionOfType(DifferentDirectoryException.class)
                        .isThrownBy(sent(link, lie)::accept)
                        .withMessageContaining("\"" + lie + "\"");
            }
            assertThat(receiver.info("other").orElseThrow().refcount()).isOne();
            assertThat(other.refcount()).isOne();
        }
        assertThat(link.refcount()).isOne();
    }

    @Test
    void aLyingKeyRemovesNoOrphanOfThatName() {
        try (ResourceLinkFactory dying = factory(directory)) {
            ResourceLink dead = dying.create("orphan", 8);
            dying.abandon();
            assertThat(dead.isClosed()).isTrue();
        }
        sent(link, "orphan").close();
        assertThat(receiver.info("orphan").orElseThrow().refcount()).isZero();
        assertThat(receiver.collectOrphans(Duration.ZERO).collected()).extracting(Collected::key)
                .containsExactly("orphan");
    }

    /** A lie is possible about what has no name: the key is a label then, and finds nothing but this file. */
    @Test
    void aLyingKeyOfANamelessSegmentFindsAndRemovesNothingElse() {
        try (ResourceLink other = sender.create("other", 8)) {
            TransitReference<ResourceLink> lie = sent(link, "other");
            sender.remove("key");
            try (ResourceLink accepted = lie.accept()) {
                assertThat(accepted.readPayload(0, 4)).isEqualTo(CONTENT);
                try (ResourceLink found = receiver.acquire("other")) {
                    assertThat(found.payloadSize()).isEqualTo(8);
                }
            }
            assertThat(other.refcount()).isOne();
            assertThat(other.info().state()).isEqualTo(SegmentState.OPEN);
        }
    }

    @Test
    void whatIsNoKeyIsRefusedAndTheDescriptorClosed() throws Exception {
        for (String key : new String[]{ "", ".", "..", "../key", ".stage", "a\0b", "x".repeat(256) }) {
            assertThatExceptionOfType(InvalidKeyException.class).isThrownBy(() -> received(key, file("key")).accept());
            received(key, file("key")).close();
        }
        assertThat(SharedMemoryDirectory.openDescriptors(directory)).hasSize(OPEN_THROUGHOUT);
    }

    @Test
    void whatIsNoSegmentOfThisDirectoryIsRefused() throws Exception {
        Path elsewhere = Files.createTempDirectory(Path.of("/var/tmp"), "ipc-test-");
        try {
            Files.write(elsewhere.resolve("key"), new byte[100]);
            Files.write(directory.resolve("ordinary"), new byte[100]);
            permit(directory.resolve("ordinary"), "rw-------");
            permit(elsewhere.resolve("key"), "rw-------");
            Files.createDirectory(directory.resolve("folder"));
            try (ResourceLink _ = sender.create("truncated", 100)) {
                truncate("truncated", 100);
                refused("truncated", file("truncated"), "payload");
                truncate("truncated", 63);
                refused("truncated", file("truncated"), "a file of 63 bytes");
                refusedAsElsewhere(file(elsewhere, "key"));
                refusedAsElsewhere(file("ordinary"));
                refused("ordinary", file("ordinary"), "magic");
                refused("folder", file("folder"), "no regular file");
            }
            // Anonymous regions are rwxrwxrwx.
            assertThatExceptionOfType(PermissionException.class)
                    .isThrownBy(received("key", Descriptors.sealedMemory(new byte[100]))::accept);
            Files.createLink(directory.resolve("second"), directory.resolve("key"));
            refused("key", file("key"), "2 names");
            Files.delete(directory.resolve("second"));
            Reclaimer.reclaimNow();
            assertThat(SharedMemoryDirectory.openDescriptors(directory)).hasSize(OPEN_THROUGHOUT);
        } finally {
            Files.deleteIfExists(directory.resolve("ordinary"));
            Files.deleteIfExists(directory.resolve("truncated"));
            Files.deleteIfExists(elsewhere.resolve("key"));
            Files.delete(elsewhere);
        }
    }

    private static void permit(Path file, String permissions) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }

    private void truncate(String name, long size) throws IOException {
        try (FileChannel file = FileChannel.open(directory.resolve(name), StandardOpenOption.WRITE)) {
            file.truncate(size);
        }
    }

    private void refusedAsElsewhere(OpenFile file) {
        assertThatExceptionOfType(DifferentDirectoryException.class).isThrownBy(received("key", file)::accept)
                .withMessageContainingAll("is not in " + directory, "need the same directory (ipc.directory or ");
        assertThatIllegalStateException().isThrownBy(() -> file.status(frame));
    }

    private void refused(String key, OpenFile file, String found) {
        assertThatExceptionOfType(InvalidSegmentException.class).isThrownBy(received(key, file)::accept)
                .withMessageContaining(found);
        assertThatIllegalStateException().isThrownBy(() -> file.status(frame));
    }

    @Test
    void aFileThatOthersMayWriteToIsRefused() throws Exception {
        permit(directory.resolve("key"), "rw-rw-rw-");
        TransitReference<ResourceLink> transit = received("key", file("key"));
        assertThatExceptionOfType(PermissionException.class).isThrownBy(transit::accept)
                .withMessageContaining("other users may write");
    }

    @Test
    void aClosedFactoryAcceptsNothingAndClosesTheDescriptor() throws IOException {
        TransitReference<ResourceLink> accepting = sent(link);
        TransitReference<ResourceLink> closing = sent(link);
        receiver.close();
        assertThatIllegalStateException().isThrownBy(accepting::accept).withMessageContaining("Factory is closed");
        closing.close();
        assertThat(link.refcount()).isOne();
        link.close();
        assertThatIllegalStateException().isThrownBy(() -> Transits.of(link)).withMessageContaining("closed");
        assertThat(SharedMemoryDirectory.files(directory)).isEmpty();
    }

    @Test
    void whatIsReceivedForAKindWithoutADirectoryIsRefused() throws Exception {
        assertThatExceptionOfType(DifferentDirectoryException.class)
                .isThrownBy(Transits.received(receiver, "key", ResourceKind.MAPPED_FILE, file("key"))::accept)
                .withMessageContainingAll("is not in " + directory.resolve("mapped"), "ipc.mapped-file-directory");
        Transits.received(receiver, "key", ResourceKind.MAPPED_FILE, file("key")).close();
        assertThat(Files.exists(directory.resolve("mapped"))).isFalse();
    }
}
