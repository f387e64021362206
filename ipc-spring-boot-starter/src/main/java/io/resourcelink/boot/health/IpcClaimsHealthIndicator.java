package io.resourcelink.boot.health;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.claim.LocalClaims;

/**
 * Health of claims. It is {@link Status#DOWN} if the directory of the factory's default kind cannot be opened: then nothing can be
 * published as a claim, and nothing that was published can be opened. Details are whether claims are signed, whether far ones can be
 * fetched, and the space of this host's claims.
 */
public final class IpcClaimsHealthIndicator extends AbstractHealthIndicator {

    private final LocalClaims claims;
    private final ResourceLinkFactory factory;
    private final boolean signed;
    private final boolean fetched;

    /**
     * Creates the indicator.
     *
     * @param factory the factory of claims
     * @param signed whether they are signed
     * @param fetched whether far ones can be fetched
     */
    public IpcClaimsHealthIndicator(ResourceLinkFactory factory, boolean signed, boolean fetched) {
        super("IPC claims' health check failed");
        // They are asked for the space alone. The bean is for those who use claims: making it tells the log that they are unsigned.
        this.claims = LocalClaims.unsigned(factory);
        this.factory = factory;
        this.signed = signed;
        this.fetched = fetched;
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) {
        builder.up().withDetail("signed", signed).withDetail("fetched", fetched);
        claims.space(factory.defaultKind()).ifPresentOrElse(
                space -> builder.withDetail("space", space.toString()),
                () -> builder.withDetail("space", "none yet: its directory does not exist"));
    }
}
