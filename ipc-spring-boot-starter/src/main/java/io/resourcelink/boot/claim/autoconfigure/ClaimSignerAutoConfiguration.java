package io.resourcelink.boot.claim.autoconfigure;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Lazy;

import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.autoconfigure.IpcAutoConfiguration;
import io.resourcelink.boot.autoconfigure.ResourceLinkFactoryBuilderCustomizer;
import io.resourcelink.claim.ClaimSigner;
import io.resourcelink.claim.LocalClaims;

/** Auto-configuration of what signs claims, if there is a secret, and of the claims of this host. */
@AutoConfiguration(after = IpcAutoConfiguration.class)
@ConditionalOnBooleanProperty(name = "ipc.enabled", matchIfMissing = true)
@ConditionalOnSingleCandidate(ResourceLinkFactory.class)
@EnableConfigurationProperties(IpcClaimsProperties.class)
public final class ClaimSignerAutoConfiguration {

    private static final Log logger = LogFactory.getLog(ClaimSignerAutoConfiguration.class);

    ClaimSignerAutoConfiguration() {}

    @Bean
    ResourceLinkFactoryBuilderCustomizer claimHostCustomizer(IpcClaimsProperties properties) {
        return builder -> {
            String hostId = properties.hostId();
            if (hostId != null) {
                builder.hostId(hostId);
            }
        };
    }

    @Bean
    @ConditionalOnMissingBean
    @Conditional(OnClaimSecretsCondition.class)
    ClaimSigner claimSigner(IpcClaimsProperties properties) {
        return ClaimSigner.ofBase64(properties.secrets());
    }

    /** Made when it is first used: an application that has the starter need not know of claims. */
    @Bean
    @Lazy
    @ConditionalOnMissingBean
    LocalClaims localClaims(ResourceLinkFactory factory, ObjectProvider<ClaimSigner> signers) {
        ClaimSigner signer = signers.getIfAvailable();
        if (signer == null) {
            logger.info("Claims are not signed, because there is no secret (ipc.claims.secrets)."
                    + " They can be opened on this host only.");
            return LocalClaims.unsigned(factory);
        }
        return LocalClaims.signed(factory, signer);
    }
}
