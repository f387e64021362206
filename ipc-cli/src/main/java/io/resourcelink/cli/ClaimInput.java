package io.resourcelink.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

import io.resourcelink.claim.Claim;
import io.resourcelink.claim.ClaimSigner;

/**
 * The texts and the secrets that a command reads. A secret is never an argument: every user of the host sees the arguments of
 * all processes.
 */
final class ClaimInput {

    private static final String STANDARD_INPUT = "-";

    /** A text has at most 2,048 characters, so this is thousands of them. */
    private static final int MOST_BYTES = 16 << 20;

    @Option(names = "--secret-file", paramLabel = "FILE", description = """
            Secrets to check signatures with, one a line, in Base64 as in ipc.claims.secrets; \
            standard input if FILE is '-'.""")
    private @Nullable String secretFile;

    @Option(names = "--host-id", paramLabel = "ID", description = """
            What tells this host from others, as ipc.claims.host-id of the applications.
            Counts for mapped-file. Default: /etc/machine-id.""")
    private @Nullable String hostId;

    /** {@return where the segment of a claim would be on this host} */
    Location location(Claim claim, CommonOptions common) {
        if (hostId != null && hostId.isBlank()) {
            throw new UsageException("Invalid value for option '--host-id': it is empty");
        }
        return common.location().of(claim.kind()).onHost(hostId);
    }

    /** {@return what checks signatures, or {@code null} if no secrets were given} */
    @Nullable
    ClaimSigner signer(StandardStreams streams) throws IOException {
        if (secretFile == null) {
            return null;
        }
        List<String> secrets = secretFile.equals(STANDARD_INPUT)
                ? lines(streams.in())
                : lines(Files.readString(Path.of(secretFile), StandardCharsets.UTF_8));
        try {
            return ClaimSigner.ofBase64(secrets);
        } catch (IllegalArgumentException e) {
            throw new IOException("--secret-file " + secretFile + ": " + e.getMessage(), e);
        }
    }

    /**
     * Reads claims.
     *
     * @param texts texts, or {@code -} for those on standard input, one a line
     * @param streams of the command
     * @return the claims, in order
     */
    List<Claim> claims(List<String> texts, StandardStreams streams) throws IOException {
        if (!texts.contains(STANDARD_INPUT)) {
            return texts.stream().map(Claim::parse).toList();
        }
        if (texts.size() > 1) {
            throw new UsageException("'-' stands for all claims on standard input, so it is the only TEXT");
        }
        if (STANDARD_INPUT.equals(secretFile)) {
            throw new UsageException("standard input is either the claims or the secrets: name a --secret-file");
        }
        return lines(streams.in()).stream().map(Claim::parse).toList();
    }

    private static List<String> lines(InputStream in) throws IOException {
        return lines(new String(in.readNBytes(MOST_BYTES), StandardCharsets.UTF_8));
    }

    private static List<String> lines(String text) {
        return text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
    }
}
