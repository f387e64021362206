package io.resourcelink.cli;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.claim.Claim;
import io.resourcelink.claim.ClaimSigner;
import io.resourcelink.claim.LocalClaims;
import io.resourcelink.error.ClaimUnavailableException;
import io.resourcelink.error.SegmentNotFoundException;

/** {@code ipc claim open}: writes a claim's payload out. */
@Command(name = "open", description = """
        Opens a claim whose payload is on this host, and writes the payload out. Fetches nothing
        from other hosts. With --secret-file, a claim that is not signed right is refused.""")
final class ClaimOpenCommand implements Callable<Integer> {

    private final CommonOptions common;

    @Parameters(paramLabel = "TEXT", description = "The claim, or '-' for the one on standard input.")
    private String text = "";

    @Mixin
    private final ClaimInput input = new ClaimInput();

    @Mixin
    private final PayloadOutput output = new PayloadOutput();

    ClaimOpenCommand(CommonOptions common) {
        this.common = common;
    }

    @Override
    public Integer call() throws IOException {
        List<Claim> claims = input.claims(List.of(text), common.streams());
        if (claims.size() != 1) {
            throw new IOException("Standard input has " + claims.size() + " claims. Give one.");
        }
        Claim claim = claims.getFirst();
        ClaimSigner signer = input.signer(common.streams());
        if (signer != null) {
            signer.verify(claim);
        }
        try (var scope = new ExitScope()) {
            ResourceLinkFactory factory = open(claim);
            scope.add(factory::close);
            output.write(LocalClaims.unsigned(factory).open(claim), common.streams(), scope);
        }
        return ExitCode.OK;
    }

    private ResourceLinkFactory open(Claim claim) {
        Location location = input.location(claim, common);
        try {
            return location.openFor(claim.key());
        } catch (SegmentNotFoundException e) {
            throw new ClaimUnavailableException(claim.key(),
                    "there is no directory " + location.directory(claim.kind()),
                    e);
        }
    }
}
