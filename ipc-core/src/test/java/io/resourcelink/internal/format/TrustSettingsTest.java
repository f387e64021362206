package io.resourcelink.internal.format;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.resourcelink.internal.os.Directory;
import io.resourcelink.internal.os.Platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class TrustSettingsTest {

    private final TrustSettings settings = new TrustSettings();

    private void directoryPermissions(String text) {
        settings.directoryPermissions(PosixFilePermissions.fromString(text));
    }

    @Test
    void byDefaultThisUserAndRootAreTrustedAndAlone() {
        Trust trust = settings.ofSegments();
        assertThat(trust.owners()).contains(0, Platform.userId()).hasSizeLessThanOrEqualTo(2);
        assertThat(trust.directoryMode()).isEqualTo(0700);
        assertThat(trust.segmentMode()).isEqualTo(0600);
        assertThat(trust.group()).isEqualTo(Directory.UNCHANGED);
    }

    @Test
    void usersAndGroupsHaveNamesOrNumbers() {
        settings.trustOwner("root");
        settings.trustOwner(" 4711 ");
        settings.trustOwner("4294967294");
        settings.directoryGroup("root");
        Trust trust = settings.ofSegments();
        assertThat(trust.owners()).contains(0, 4711, (int) 4294967294L);
        assertThat(trust.group()).isZero();
        settings.directoryGroup("4712");
        assertThat(settings.ofSegments().group()).isEqualTo(4712);
    }

    @Test
    void namesAreThoseOfTheSystem() throws IOException {
        assertThat(entries("/etc/passwd")).isNotEmpty().allSatisfy(entry -> {
            TrustSettings named = new TrustSettings();
            named.trustOwner(entry[0]);
            assertThat(named.ofSegments().owners()).contains(Integer.parseUnsignedInt(entry[2]));
        });
        assertThat(entries("/etc/group")).isNotEmpty().allSatisfy(entry -> {
            settings.directoryGroup(entry[0]);
            assertThat(settings.ofSegments().group()).isEqualTo(Integer.parseUnsignedInt(entry[2]));
        });
    }

    private static List<String[]> entries(String file) throws IOException {
        return Files.readAllLines(Path.of(file)).stream().map(line -> line.split(":"))
                .filter(entry -> entry.length > 2 && !entry[0].startsWith("#") && !entry[0].startsWith("+")).toList();
    }

    @Test
    void aNumberMayHaveZerosInFrontUpToEighteenDigits() {
        settings.trustOwner("000000000000004711");
        assertThat(settings.ofSegments().owners()).contains(4711);
    }

    /** The number 2^32 - 1 is the kernel's word for no user. */
    @ParameterizedTest
    @ValueSource(strings = { "", " ", "-1", "-root", "a:b", "4294967295", "4294967296", "99999999999999999999999",
        "18446744073709551616" })
    void whatCanBeNeitherIsRefusedAtOnce(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> settings.trustOwner(name))
                .withMessage("\"" + name + "\" is not a user. Give a name, or a number from 0 to 4294967294.");
        assertThatIllegalArgumentException().isThrownBy(() -> settings.directoryGroup(name))
                .withMessageContaining("\"" + name + "\" is not a group.");
    }

    @Test
    void digitsWithSomethingElseAreAName() {
        settings.trustOwner("4711a");
        assertThatIllegalArgumentException().isThrownBy(settings::ofSegments).withMessage(
                "This system has no user \"4711a\" (ipc.trusted-owners or trustOwner(...)). Check the name, or give the"
                        + " number.");
    }

    @Test
    void anUnknownGroupIsReportedWithItsSetting() {
        settings.directoryGroup("no/such");
        assertThatIllegalArgumentException().isThrownBy(settings::ofChannels).withMessage(
                "This system has no group \"no/such\" (ipc.directory-group or directoryGroup(...)). Check the name, or"
                        + " give the number.");
    }

    @Test
    void permissionsAreThoseOfTheRule() {
        directoryPermissions("rwxr-x---");
        settings.segmentPermissions(PosixFilePermissions.fromString("rw-rw----"));
        assertThat(settings.ofSegments().directoryMode()).isEqualTo(0750);
        assertThat(settings.ofSegments().segmentMode()).isEqualTo(0660);
        assertThatIllegalArgumentException().isThrownBy(() -> directoryPermissions("rw-------"));
        assertThatIllegalArgumentException().isThrownBy(() -> directoryPermissions("r-x------"));
        assertThatIllegalArgumentException().isThrownBy(() -> directoryPermissions("-wx------"));
    }

    @Test
    void socketsAreForThoseWhoMayWriteToTheDirectory() {
        settings.segmentPermissions(PosixFilePermissions.fromString("rw-rw----"));
        assertThat(settings.ofChannels().segmentMode()).isEqualTo(0600);
        directoryPermissions("rwxrwx---");
        assertThat(settings.ofChannels().segmentMode()).isEqualTo(0660);
        assertThat(settings.ofSegments().isShared()).isTrue();
    }
}
