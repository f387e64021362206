package io.resourcelink.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import io.resourcelink.Content;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.SharedMemoryDirectory;
import io.resourcelink.claim.Claim;
import io.resourcelink.claim.ClaimOptions;
import io.resourcelink.claim.ClaimSigner;
import io.resourcelink.claim.LocalClaims;
import io.resourcelink.segment.ResourceKind;
import io.resourcelink.segment.SpaceId;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

@ExtendWith(SharedMemoryDirectory.class)
class ClaimCommandTest {

    private static final String SECRET = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    private static final String OTHER = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
    private static final byte[] PAYLOAD = new byte[PayloadSource.CHUNK + 3];

    private final ClaimSigner signer = ClaimSigner.ofBase64(List.of(SECRET));
    private ResourceLinkFactory factory;
    private LocalClaims claims;
    private Claim claim;

    @TempDir
    private Path disk;

    @BeforeEach
    void publish(Path directory) {
        PAYLOAD[5] = 7;
        factory = ResourceLinkFactory.builder().directory(directory).build();
        claims = LocalClaims.signed(factory, signer);
        claim = claims.publish(Content.of(PAYLOAD), ClaimOptions.defaults().withTtl(Duration.ofMinutes(5))
                .withOrigins(List.of(URI.create("https://a.example:8443"), URI.create("http://b.example"))));
    }

    @AfterEach
    void close() {
        claims.settle(claim);
        factory.close();
    }

    private Path secrets(String... lines) throws IOException {
        return Files.write(disk.resolve("secrets"), List.of(lines));
    }

    private Claim far() {
        return new Claim(new SpaceId("0".repeat(32)), claim.key(), claim.kind(), 1, 0, claim.expiresAt(), List.of());
    }

    private static CommandRun piped(String input, Path directory, String... arguments) {
        String[] all = new String[arguments.length + 2];
        System.arraycopy(arguments, 0, all, 0, arguments.length);
        all[arguments.length] = "--directory";
        all[arguments.length + 1] = directory.toString();
        return CommandRun.with(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)), all);
    }

    @Test
    void showsWhatAClaimSaysButNotItsSignature(Path directory) throws IOException {
        CommandRun run = CommandRun.in(directory, "claim", "show", claim.toText(), "--secret-file",
                secrets("", SECRET).toString());

        assertThat(run).returns(0, CommandRun::exitCode).returns("", CommandRun::err);
        assertThat(run.out()).isEqualTo("""
                key:          %s
                kind:         shared-memory
                nonce:        %s
                length:       1048579 (1.0MiB)
                expires at:   %s
                expired:      no
                space:        %s
                near:         yes
                origins:      https://a.example:8443, http://b.example
                signature:    valid
                """.formatted(claim.key(), HexFormat.of().toHexDigits(claim.nonce()),
                claim.expiresAt(), claim.space()));
    }

    @Test
    void jsonIsOneDocumentForAllClaims(Path directory) {
        CommandRun run = CommandRun.in(directory, "claim", "show", claim.toText(), far().toText(), "--json");

        String expected = "{\"claims\":[{\"key\":\"KEY\",\"kind\":\"shared-memory\",\"nonce\":\"NONCE\",\"length\":1048579,"
                + "\"expiresAt\":\"END\",\"expired\":false,\"space\":\"SPACE\",\"near\":true,\"origins\":"
                + "[\"https://a.example:8443\",\"http://b.example\"],\"signature\":\"unchecked\"},{\"key\":\"KEY\",\"kind\":"
                + "\"shared-memory\",\"nonce\":\"0000000000000001\",\"length\":0,\"expiresAt\":\"END\",\"expired\":false,"
                + "\"space\":\"00000000000000000000000000000000\",\"near\":false,\"origins\":[],"
                + "\"signature\":\"missing\"}]}\n";
        assertThat(run.out()).isEqualTo(expected.replace("KEY", claim.key()).replace("END",
                claim.expiresAt().toString()).replace("SPACE", claim.space().value())
                .replace("NONCE", HexFormat.of().toHexDigits(claim.nonce())));
    }

    @Test
    void claimsOrSecretsComeFromStandardInput(Path directory) throws IOException {
        assertThat(piped(claim.toText() + "\n\n" + far().toText() + "\n", directory, "claim", "show", "-").out())
                .contains("signature:    unchecked\n\nkey: ").endsWith("signature:    missing\n");
        assertThat(piped(OTHER + "\n", directory, "claim", "show", claim.toText(), "--secret-file", "-").out())
                .endsWith("signature:    wrong\n");
        assertThat(piped("", directory, "claim", "show", "-", "--secret-file", "-")).returns(2, CommandRun::exitCode)
                .extracting(CommandRun::err).asString().contains("--secret-file");
        assertThat(piped("", directory, "claim", "show", "-", claim.toText()).exitCode()).isEqualTo(2);
    }

    @Test
    void aTextThatIsNoClaimOrAFileThatHasNoSecretsFails(Path directory) throws IOException {
        assertThat(CommandRun.in(directory, "claim", "show", "ipc1.no\033")).returns(1, CommandRun::exitCode)
                .returns("", CommandRun::out).extracting(CommandRun::err).asString()
                .startsWith("error: The claim is not valid: ").hasLineCount(1);
        CommandRun bad = CommandRun.in(directory, "claim", "show", claim.toText(), "--secret-file",
                secrets(SECRET, "password").toString());
        assertThat(bad.exitCode()).isEqualTo(1);
        assertThat(bad.err()).contains("Secret 2").doesNotContain("password");
    }

    @Test
    void opensWhatIsNear(Path directory) throws IOException {
        assertThat(piped(claim.toText(), directory, "claim", "open", "-").bytes()).isEqualTo(PAYLOAD);
        Path out = disk.resolve("out");
        CommandRun run = CommandRun.in(directory, "claim", "open", claim.toText(), "--out", out.toString(),
                "--secret-file", secrets(OTHER, SECRET).toString());
        assertThat(run).returns(0, CommandRun::exitCode).returns("", CommandRun::out);
        assertThat(Files.readAllBytes(out)).isEqualTo(PAYLOAD);
        assertThat(factory.info(claim.key()).orElseThrow().refcount()).isZero();
    }

    @Test
    void refusesWhatIsForgedFarOrGone(Path directory) throws IOException {
        assertThat(
                CommandRun.in(directory, "claim", "open", claim.toText(), "--secret-file", secrets(OTHER).toString()))
                .returns(1, CommandRun::exitCode).returns("", CommandRun::out).extracting(CommandRun::err).asString()
                .contains("was not signed with any");
        assertThat(CommandRun.in(directory, "claim", "open", far().toText()).err()).contains("is not available here");
        assertThat(CommandRun.in(directory.resolve("missing"), "claim", "open", claim.toText()).err())
                .contains("is not available here");
        assertThat(CommandRun.in(directory.resolve("missing"), "claim", "show", claim.toText()).out())
                .contains("near:         no\n");
        claims.settle(claim);
        assertThat(CommandRun.in(directory, "claim", "open", claim.toText())).returns(1, CommandRun::exitCode)
                .extracting(CommandRun::err).asString().contains("is gone");
        assertThat(directory.resolve("missing")).doesNotExist();
    }

    @Test
    void theIdentityOfAHostTellsItsMappedFilesFromOthers(Path directory) throws IOException {
        assumeThat(Files.getFileStore(disk).type()).as("a directory on a disk").isNotEqualTo("tmpfs");
        try (var host = ResourceLinkFactory.builder().directory(directory).mappedFileDirectory(disk).hostId("node-7")
                .build()) {
            LocalClaims onDisk = LocalClaims.unsigned(host);
            Claim mapped = onDisk.publish(Content.of(PAYLOAD), ClaimOptions.defaults().withTtl(Duration.ofMinutes(5))
                    .withKind(ResourceKind.MAPPED_FILE));
            String text = mapped.toText();

            assertThat(CommandRun.in(disk, "claim", "show", text, "--host-id", "node-7").out())
                    .contains("near:         yes\n");
            assertThat(CommandRun.in(disk, "claim", "open", text, "--host-id", "node-7").bytes()).isEqualTo(PAYLOAD);
            assertThat(CommandRun.in(disk, "claim", "show", text, "--host-id", "node-8").out())
                    .contains("near:         no\n");
            assertThat(CommandRun.in(disk, "claim", "open", text).err()).contains("is not available here");
            assertThat(CommandRun.in(disk, "claim", "open", text, "--host-id", " ")).returns(2, CommandRun::exitCode)
                    .extracting(CommandRun::err).asString().contains("--host-id");
            assertThat(onDisk.settle(mapped)).isTrue();
        }
    }

    @Test
    void theIdentityOfAHostIsNotThatOfSharedMemory(Path directory) {
        assertThat(CommandRun.in(directory, "claim", "show", claim.toText(), "--host-id", "node-7").out())
                .contains("near:         yes\n");
    }

    @Test
    void bothCommandsExplainThemselves() {
        for (String command : List.of("show", "open")) {
            CommandRun run = CommandRun.of("claim", command, "--help");
            assertThat(run.exitCode()).isZero();
            assertThat(run.out()).startsWith("Usage: ipc claim " + command + " ").contains("--directory",
                    "--secret-file", "--host-id");
        }
        assertThat(CommandRun.of("claim").exitCode()).isEqualTo(2);
        assertThat(CommandRun.of("help", "claim").out()).isEqualTo(CommandRun.of("claim", "--help").out());
    }
}
