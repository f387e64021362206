package io.resourcelink.boot.claim.http.autoconfigure;

import io.micrometer.observation.ObservationRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;

import io.resourcelink.boot.autoconfigure.InvalidIpcPropertyException;
import io.resourcelink.boot.claim.ClaimOrigins;
import io.resourcelink.boot.claim.autoconfigure.ClaimSignerAutoConfiguration;
import io.resourcelink.boot.claim.autoconfigure.ClaimsAutoConfiguration;
import io.resourcelink.boot.claim.http.HttpClaimFetcher;
import io.resourcelink.claim.ClaimFetcher;
import io.resourcelink.claim.ClaimSigner;

/**
 * Auto-configuration of a {@link ClaimFetcher} that gets the bytes of claims over HTTP. It needs a secret, and an
 * address from which it may fetch.
 */
@AutoConfiguration(after = { SslAutoConfiguration.class,
    ClaimSignerAutoConfiguration.class }, before = ClaimsAutoConfiguration.class)
@ConditionalOnBean(ClaimSigner.class)
@Conditional(OnAllowedOriginsCondition.class)
@ConditionalOnBooleanProperty(name = "ipc.enabled", matchIfMissing = true)
@EnableConfigurationProperties(ClaimFetchProperties.class)
public final class ClaimFetchAutoConfiguration {

    ClaimFetchAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean(ClaimFetcher.class)
    HttpClaimFetcher claimFetcher(ClaimFetchProperties properties, ClaimSigner signer,
            ObjectProvider<SslBundles> bundles,
            ObjectProvider<ObservationRegistry> observations) {
        HttpClaimFetcher.Builder builder = HttpClaimFetcher.builder(signer).connectTimeout(properties.connectTimeout());
        observations.ifAvailable(builder::observations);
        String name = properties.sslBundle();
        if (name != null) {
            builder.tls(new BundleSockets(bundles.getObject(), name)::factory);
        }
        try {
            return builder.allowedOrigins(properties.allowedOrigins()).build();
        } catch (IllegalArgumentException _) {
            throw new InvalidIpcPropertyException("ipc.claims.fetch.allowed-origins", properties.allowedOrigins(),
                    "a list of scheme, host and port, such as https://host:8443 or https://*.example.org");
        }
    }

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnBean(HttpClaimFetcher.class)
    ClaimOrigins claimOrigins(HttpClaimFetcher fetcher) {
        return fetcher.origins();
    }
}
