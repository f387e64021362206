package io.resourcelink.internal.store.directory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.ResourceLinkFactoryBuilder;
import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.error.OsException;
import io.resourcelink.error.PermissionException;
import io.resourcelink.error.UnsuitableDirectoryException;
import io.resourcelink.internal.os.CallFrame;
import io.resourcelink.internal.os.Directory;
import io.resourcelink.internal.os.Errno;
import io.resourcelink.internal.os.FileSystem;
import io.resourcelink.internal.os.NamingMethod;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.internal.os.Space;
import io.resourcelink.internal.store.directory.Diagnosis.Check;
import io.resourcelink.internal.store.directory.Diagnosis.Result;
import io.resourcelink.internal.store.directory.SelfTest.Probe;
import io.resourcelink.segment.CreateOptions;
import io.resourcelink.segment.ResourceKind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assumptions.assumeThat;

/** The real kernel where it can be made to say what a test needs, and lies about it where it cannot. */
@ExtendWith(SharedMemoryDirectory.class)
class SelfTestTest {

    @TempDir
    private Path disk;

    private static Diagnosis diagnose(Path directory, ResourceKind kind) {
        return Diagnosis.OF_BUILDER
                .inside(ResourceLinkFactory.builder().directory(directory).mappedFileDirectory(directory))
                .apply(kind);
    }

    private static Check check(Diagnosis diagnosis, String name) {
        return diagnosis.checks().stream().filter(check -> check.name().equals(name)).findFirst().orElseThrow();
    }

    private void assumeDisk() {
        assumeThat(diagnose(disk, ResourceKind.MAPPED_FILE).fileSystem()).as("file system of temporary files")
                .isIn("ext4", "xfs", "btrfs");
    }

    @Test
    void everyCheckPassesOnATmpfsAndLeavesNothing(Path directory) {
        for (ResourceKind kind : ResourceKind.values()) {
            Diagnosis diagnosis = diagnose(directory, kind);

            assertThat(diagnosis.isSuitable()).isTrue();
            assertThat(diagnosis.checks()).extracting(Check::name).containsExactly("platform", "directory",
                    "file-system", "unnamed-files", "storage", "locks", "naming");
            assertThat(diagnosis.checks()).extracting(Check::result).containsOnly(Result.PASSED);
            assertThat(diagnosis.fileSystem()).isEqualTo("tmpfs");
            assertThat(diagnosis.naming()).isNotNull().isNotEqualTo(Diagnosis.Naming.STAGED);
            assertThat(diagnosis.exists()).isTrue();
        }
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void aDiskIsForMappedFilesOnly() {
        assumeDisk();
        Diagnosis files = diagnose(disk, ResourceKind.MAPPED_FILE);
        assertThat(files.checks()).extracting(Check::result).containsOnly(Result.PASSED);

        Diagnosis memory = diagnose(disk, ResourceKind.SHARED_MEMORY);
        assertThat(memory.isSuitable()).isFalse();
        assertThat(check(memory, "file-system").sentence()).isEqualTo("Directory " + disk + " cannot hold segments: it"
                + " is on " + files.fileSystem()
                + " and shared memory needs a tmpfs; name a directory in /dev/shm, mount a"
                + " tmpfs there, or use mapped files instead.");
        assertThat(disk).isEmptyDirectory();
    }

    @Test
    void aFactoryRefusesADiskForSharedMemory(Path directory) throws IOException {
        assumeDisk();
        ResourceLinkFactoryBuilder builder = ResourceLinkFactory.builder().directory(disk);
        assertThatExceptionOfType(UnsuitableDirectoryException.class).isThrownBy(builder::build)
                .withMessageContaining("needs a tmpfs")
                .satisfies(e -> assertThat(e.directory()).isEqualTo(disk.toString()));

        try (ResourceLinkFactory factory = ResourceLinkFactory.builder().directory(directory).mappedFileDirectory(disk)
                .build();
                ResourceLink link = factory.create("key", 1,
                        CreateOptions.defaults().withKind(ResourceKind.MAPPED_FILE))) {
            assertThat(link.refcount()).isOne();
        }
        assertThat(SharedMemoryDirectory.openDescriptors(disk)).isEmpty();
    }

    @Test
    void aDirectoryThatOthersMayWriteToIsRefused(Path directory) throws IOException {
        Path open = Files.createDirectory(directory.resolve("open"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));

        Diagnosis diagnosis = diagnose(open, ResourceKind.SHARED_MEMORY);

        assertThat(check(diagnosis, "directory").result()).isEqualTo(Result.FAILED);
        assertThat(check(diagnosis, "directory").sentence()).contains("chmod go-w");
        Files.delete(open);
    }

    @Test
    void aMissingDirectoryIsNotMade(Path directory) {
        Path missing = directory.resolve("missing");
        Diagnosis diagnosis = diagnose(missing, ResourceKind.SHARED_MEMORY);
        assertThat(diagnosis.exists()).isFalse();
        assertThat(diagnosis.isSuitable()).isTrue();
        assertThat(diagnosis.fileSystem()).isEqualTo("tmpfs");
        assertThat(check(diagnosis, "directory").sentence()).contains("does not exist yet").contains(directory + ".");

        Diagnosis orphaned = diagnose(missing.resolve("child"), ResourceKind.SHARED_MEMORY);
        assertThat(orphaned.exists()).isFalse();
        assertThat(orphaned.checks()).last().returns(Result.FAILED, Check::result).extracting(Check::sentence)
                .asString().contains("mkdir -p");
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void whatIsNoDirectoryIsSaidToBeNone(Path directory) throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        assertThat(check(diagnose(file, ResourceKind.SHARED_MEMORY), "directory")).returns(Result.FAILED, Check::result)
                .extracting(Check::sentence).asString().contains("ENOTDIR");
        Files.delete(file);
    }

    /** Runs on the real directory with some answers replaced. */
    private interface Lie {
        Probe about(CallFrame frame, Directory directory);
    }

    private static SelfTest told(Path path, ResourceKind kind, Lie lie) {
        try (CallFrame frame = new CallFrame(); Directory directory = Directory.open(path, 0700)) {
            return SelfTest.run(path, kind, lie.about(frame, directory));
        }
    }

    private static void assertRefused(SelfTest test, String check, String sentence) {
        assertThat(test.checks()).filteredOn(c -> c.name().equals(check)).singleElement()
                .returns(Result.FAILED, Check::result).extracting(Check::sentence).asString().contains(sentence);
        assertThatExceptionOfType(UnsuitableDirectoryException.class).isThrownBy(test::refuseUnsuitable)
                .withMessageContaining(sentence);
    }

    private static void assertUnproven(SelfTest test, String check, String sentence) {
        assertThat(test.checks()).filteredOn(c -> c.name().equals(check)).singleElement()
                .returns(Result.UNPROVEN, Check::result).extracting(Check::sentence).asString().contains(sentence);
        assertThatNoException().isThrownBy(test::refuseUnsuitable);
    }

    @ParameterizedTest
    @CsvSource({ "6969,NFS", "ff534d42,CIFS", "fe534d42,SMB2", "01021997,9p", "00c36400,Ceph", "65735546,FUSE",
        "5346414f,AFS", "6b414653,AFS", "958458f6,hugetlbfs", "858458f6,ramfs" })
    void fileSystemsBeyondThisMachineAreRefused(String magic, String label, Path directory) {
        long type = Long.parseLong(magic, 16);
        // Whether the kernel sign-extends its 32 bits or not.
        for (long told : new long[]{ type, (int) type }) {
            for (ResourceKind kind : ResourceKind.values()) {
                assertRefused(told(directory, kind, (frame, opened) -> new Probe(frame, opened) {
                    @Override
                    Space space() {
                        return new Space(1, 1, 1, told);
                    }
                }), "file-system", "it is on " + label);
            }
        }
    }

    @Test
    void anUnknownFileSystemIsJudgedByWhatItCanDo(Path directory) {
        Lie unknown = (frame, opened) -> new Probe(frame, opened) {
            @Override
            Space space() {
                return new Space(1, 1, 1, 0xABCDEF);
            }
        };
        assertThat(told(directory, ResourceKind.MAPPED_FILE, unknown).checks()).extracting(Check::result)
                .containsOnly(Result.PASSED);
        assertRefused(told(directory, ResourceKind.SHARED_MEMORY, unknown), "file-system", "it is on 0xabcdef and");
        assertThat(FileSystem.of(0xABCDEF)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({ "95", "21", "22", "38" })
    void aFileSystemWithoutUnnamedFilesIsRefused(int errno, Path directory) {
        SelfTest test = told(directory, ResourceKind.SHARED_MEMORY, (frame, opened) -> new Probe(frame, opened) {
            @Override
            OpenFile unnamedFile() {
                throw new OsException("openat", errno, "E", "x", "not supported.");
            }
        });
        assertRefused(test, "unnamed-files", "O_TMPFILE");
        assertThat(test.checks()).extracting(Check::name).containsExactly("file-system", "unnamed-files");
    }

    @Test
    void otherFailuresKeepTheirNames(Path directory) {
        SelfTest readOnly = told(directory, ResourceKind.SHARED_MEMORY, (frame, opened) -> new Probe(frame, opened) {
            @Override
            OpenFile unnamedFile() {
                throw new OsException("openat", Errno.EROFS, "EROFS", "x", "read-only.");
            }
        });
        assertThatExceptionOfType(OsException.class).isThrownBy(readOnly::refuseUnsuitable)
                .withMessageContaining("EROFS");
        SelfTest denied = told(directory, ResourceKind.SHARED_MEMORY, (frame, opened) -> new Probe(frame, opened) {
            @Override
            boolean tryLock(OpenFile file) {
                throw new PermissionException("x", "because.");
            }
        });
        assertThatExceptionOfType(PermissionException.class).isThrownBy(denied::refuseUnsuitable);
        assertThat(denied.checks()).last().returns("naming", Check::name).returns(Result.PASSED, Check::result);
    }

    @Test
    void aFullFileSystemIsNoReasonToRefuse(Path directory) {
        assertUnproven(told(directory, ResourceKind.SHARED_MEMORY, (frame, opened) -> new Probe(frame, opened) {
            @Override
            @Nullable
            OpenFile unnamedFile() {
                return null;
            }
        }), "unnamed-files", "ipc gc");
        assertUnproven(told(directory, ResourceKind.SHARED_MEMORY, (frame, opened) -> new Probe(frame, opened) {
            @Override
            boolean reserve(OpenFile file) {
                return false;
            }
        }), "storage", "is full");
    }

    @Test
    void storageThatCannotBeReservedIsRefused(Path directory) {
        assertRefused(told(directory, ResourceKind.MAPPED_FILE, (frame, opened) -> new Probe(frame, opened) {
            @Override
            boolean reserve(OpenFile file) {
                throw new OsException("fallocate", Errno.EOPNOTSUPP, "EOPNOTSUPP", "x", "not supported.");
            }
        }), "storage", "fallocate");
    }

    @Test
    void locksThatDoNotExcludeAreRefused(Path directory) {
        assertRefused(told(directory, ResourceKind.MAPPED_FILE, (frame, opened) -> new Probe(frame, opened) {
            @Override
            boolean tryLock(OpenFile file) {
                return true;
            }
        }), "locks", "same lock");
        assertRefused(told(directory, ResourceKind.MAPPED_FILE, (frame, opened) -> new Probe(frame, opened) {
            @Override
            boolean tryLock(OpenFile file) {
                return false;
            }
        }), "locks", "that nobody holds");
        assertRefused(told(directory, ResourceKind.MAPPED_FILE, (frame, opened) -> new Probe(frame, opened) {
            @Override
            boolean seesLock(OpenFile file) {
                return false;
            }
        }), "locks", "F_OFD_GETLK");
        assertRefused(told(directory, ResourceKind.MAPPED_FILE, (frame, opened) -> new Probe(frame, opened) {
            @Override
            boolean tryLock(OpenFile file) {
                throw new OsException("fcntl", Errno.EINVAL, "EINVAL", "x", "not supported.");
            }
        }), "locks", "F_OFD_SETLK");
    }

    @Test
    void withoutProcOneDescriptionIsLockedAndNothingElseIsSaid(Path directory) {
        assertUnproven(told(directory, ResourceKind.SHARED_MEMORY, (frame, opened) -> new Probe(frame, opened) {
            @Override
            @Nullable
            OpenFile reopen(OpenFile file) {
                return null;
            }
        }), "locks", "/proc");
    }

    private static Lie naming(Set<NamingMethod> allowed, boolean moving) {
        return (frame, opened) -> new Probe(frame, opened) {
            @Override
            boolean allows(OpenFile file, NamingMethod way) {
                return allowed.contains(way);
            }

            @Override
            boolean allowsMoving() {
                return moving;
            }
        };
    }

    @Test
    void theFirstWayOfNamingThatIsOpenIsTaken(Path directory) {
        ResourceKind kind = ResourceKind.SHARED_MEMORY;
        Set<NamingMethod> both = Set.of(NamingMethod.values());
        assertThat(told(directory, kind, naming(both, true)).refusedNamings()).isZero();
        assertThat(told(directory, kind, naming(Set.of(NamingMethod.BY_PROC), true)).refusedNamings()).isOne();
        SelfTest staged = told(directory, kind, naming(Set.of(), true));
        assertThat(staged.refusedNamings()).isEqualTo(2);
        assertThat(staged.checks()).last().returns(Result.PASSED, Check::result);
        assertRefused(told(directory, kind, naming(Set.of(), false)), "naming", "seccomp");
    }
}
