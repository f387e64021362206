package io.resourcelink.boot.claim.autoconfigure;

import io.micrometer.observation.ObservationRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import tools.jackson.databind.JacksonModule;

import io.resourcelink.boot.claim.ClaimModule;
import io.resourcelink.boot.claim.ClaimOrigins;
import io.resourcelink.boot.claim.Claims;
import io.resourcelink.boot.claim.HostClaims;
import io.resourcelink.boot.claim.TransactionalPublication;
import io.resourcelink.claim.ClaimFetcher;
import io.resourcelink.claim.ClaimSigner;
import io.resourcelink.claim.LocalClaims;

/** Auto-configuration of {@link Claims}, and of the Jackson module that writes a claim as one string. */
@AutoConfiguration(after = ClaimSignerAutoConfiguration.class)
@ConditionalOnBean(LocalClaims.class)
public final class ClaimsAutoConfiguration {

    ClaimsAutoConfiguration() {}

    @Bean
    @Lazy
    @ConditionalOnMissingBean(Claims.class)
    HostClaims claims(LocalClaims local, IpcClaimsProperties properties, ObjectProvider<ClaimFetcher> fetcher,
            ObjectProvider<ClaimOrigins> remote, ObjectProvider<ClaimSigner> signer,
            ObjectProvider<HostClaims.Publication> publication, ObjectProvider<ObservationRegistry> observations) {
        HostClaims claims = new HostClaims(local);
        claims.setOrigins(properties.origins());
        claims.setFetchTimeout(properties.fetchTimeout());
        fetcher.ifAvailable(far -> claims.setFetcher(far, remote.getIfAvailable()));
        signer.ifAvailable(verifying -> claims.setVerification(verifying::verify));
        publication.ifAvailable(claims::setPublication);
        observations.ifAvailable(claims::setObservationRegistry);
        return claims;
    }

    /** Applies if there can be transactions. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(TransactionSynchronizationManager.class)
    static class Transactions {

        @Bean
        @ConditionalOnMissingBean(HostClaims.Publication.class)
        TransactionalPublication claimPublication() {
            return new TransactionalPublication();
        }
    }

    /** Applies if there is Jackson. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(JacksonModule.class)
    static class Json {

        @Bean
        @ConditionalOnMissingBean
        ClaimModule claimModule() {
            return new ClaimModule();
        }
    }
}
