package io.resourcelink.cli;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.claim.Claim;
import io.resourcelink.claim.ClaimSigner;
import io.resourcelink.claim.LocalClaims;
import io.resourcelink.cli.ShownClaim.Signature;
import io.resourcelink.error.SegmentNotFoundException;

/** {@code ipc claim show}: what claims say. */
@Command(name = "show", footer = ClaimShowCommand.DETAILS, description = """
        Shows what claims say, whether they are signed right, and whether their payload is
        on this host. Opens nothing.""")
final class ClaimShowCommand implements Callable<Integer> {

    static final String DETAILS = """

            near       the claim's directory is on this host; the segment may be gone
            expired    by this host's clock
            signature  valid, wrong, missing, or unchecked without --secret-file

            A claim's text gives access to its payload. To keep it from other users of this
            host, pass it by standard input.
            """;

    private final CommonOptions common;

    @Parameters(paramLabel = "TEXT", arity = "1..*", description = """
            Claims, or '-' for those on standard input, one a line.""")
    private List<String> texts = List.of();

    @Mixin
    private final ClaimInput input = new ClaimInput();

    @Mixin
    private final JsonOption output = new JsonOption();

    ClaimShowCommand(CommonOptions common) {
        this.common = common;
    }

    @Override
    public Integer call() throws IOException {
        List<Claim> claims = input.claims(texts, common.streams());
        ClaimSigner signer = input.signer(common.streams());
        Instant now = Instant.now();
        List<ShownClaim> shown = new ArrayList<>();
        for (Claim claim : claims) {
            shown.add(new ShownClaim(claim, signature(claim, signer), isNear(claim), !now.isBefore(claim.expiresAt())));
        }
        common.streams().print(output.format().claims(shown));
        return ExitCode.OK;
    }

    private static Signature signature(Claim claim, @Nullable ClaimSigner signer) {
        if (!claim.isSigned()) {
            return Signature.MISSING;
        }
        if (signer == null) {
            return Signature.UNCHECKED;
        }
        return signer.verifies(claim) ? Signature.VALID : Signature.WRONG;
    }

    private boolean isNear(Claim claim) {
        try (ResourceLinkFactory factory = input.location(claim, common).openFor(claim.key())) {
            return LocalClaims.unsigned(factory).isNear(claim);
        } catch (SegmentNotFoundException _) {
            return false;
        }
    }
}
