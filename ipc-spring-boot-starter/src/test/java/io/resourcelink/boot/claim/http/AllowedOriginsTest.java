package io.resourcelink.boot.claim.http;

import java.net.URI;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.resourcelink.claim.Claim;
import io.resourcelink.error.ClaimUnavailableException;
import io.resourcelink.error.InvalidClaimException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/** Which origins a fetcher connects to. */
@Timeout(60)
class AllowedOriginsTest extends HttpClaimFetcherFixture {

    @Test
    void onlyAllowedOriginsAreConnectedTo() throws Exception {
        try (ScriptedOrigin origin = new ScriptedOrigin(HttpClaimFetcherFixture::answer)) {
            Claim claim = Origins.claim(PAYLOAD.length, origin.uri());
            assertThatExceptionOfType(InvalidClaimException.class)
                    .isThrownBy(() -> claims.openReplica(claim, LONG, fetcher(Origins.uri(1))))
                    .withMessageContaining("ipc.claims.fetch.allowed-origins").withMessageContaining("127.0.0.1");
            assertThatExceptionOfType(ClaimUnavailableException.class)
                    .isThrownBy(() -> claims.openReplica(claim, LONG, fetcher()))
                    .withMessageContaining("ipc.claims.fetch.allowed-origins");
            assertThatExceptionOfType(ClaimUnavailableException.class)
                    .isThrownBy(() -> claims.openReplica(Origins.claim(1), LONG, fetcher(origin.uri())))
                    .withMessageContaining("without an address");
            assertThat(origin.requests()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({ "http://a:80,http://a,true", "https://a,https://A:443,true", "http://a,https://a,false",
        "http://a,http://a:8080,false", "http://a,http://a.b,false", "http://*.a,http://x.a,true",
        "http://*.a,http://a,false", "http://*.a,http://y.x.a,false", "http://*.a,http://xa,false",
        "http://a/,http://a/path,true", "http://[::1]:80,http://[::1],true" })
    void originIsAllowedBySchemeHostAndPort(String allowed, URI origin, boolean expected) {
        AllowedOrigins origins = new AllowedOrigins(List.of(allowed));
        Claim claim = Origins.claim(1, origin);
        if (expected) {
            assertThat(origins.of(claim)).containsExactly(origin);
        } else {
            assertThatExceptionOfType(InvalidClaimException.class).isThrownBy(() -> origins.of(claim));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "a", "ftp://a", "http://", "http://a/path", "http://a?q", "http://u@a", "*", "http://*",
        "http://a.*", "http:// a", "file:///a" })
    void allowedOriginThatIsNoneIsRefused(String origin) {
        assertThatIllegalArgumentException().isThrownBy(() -> new AllowedOrigins(List.of(origin)))
                .withMessageContaining("such as https://host:8443");
    }
}
