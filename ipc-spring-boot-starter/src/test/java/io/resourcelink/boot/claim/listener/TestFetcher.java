package io.resourcelink.boot.claim.listener;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.nio.ByteBuffer;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.resourcelink.claim.Claim;
import io.resourcelink.claim.ClaimFetcher;
import io.resourcelink.error.ClaimGoneException;
import io.resourcelink.error.ClaimUnavailableException;

/** Fetches far payloads from a {@link TestOrigin}. */
@Configuration(proxyBeanMethods = false)
class TestFetcher {

    TestFetcher() {}

    @Bean
    ClaimFetcher fetcher() {
        return TestFetcher::fetch;
    }

    private static void fetch(Claim claim, ClaimFetcher.Sink sink) throws IOException {
        if (claim.origins().isEmpty()) {
            throw new ClaimUnavailableException(claim.key(), "it has no origin", null);
        }
        HttpURLConnection connection = (HttpURLConnection) claim.origins().getFirst().resolve("/" + claim.key()).toURL()
                .openConnection();
        switch (connection.getResponseCode()) {
            case HttpURLConnection.HTTP_OK -> sink.append(ByteBuffer.wrap(connection.getInputStream().readAllBytes()));
            case HttpURLConnection.HTTP_GONE -> throw new ClaimGoneException(claim.key(), "the origin says so");
            default -> throw new ClaimUnavailableException(claim.key(), "the origin is busy", null);
        }
    }
}
