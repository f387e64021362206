package io.resourcelink.boot.claim.http;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.security.autoconfigure.SecurityAutoConfiguration;
import org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration;
import org.springframework.boot.security.autoconfigure.web.servlet.SecurityFilterAutoConfiguration;
import org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import io.resourcelink.Content;
import io.resourcelink.claim.Claim;
import io.resourcelink.claim.ClaimOptions;
import io.resourcelink.claim.LocalClaims;

/** A process with an origin. It says its port, and publishes payloads for the hosts that its input names. */
final class OriginProcess {

    private OriginProcess() {}

    /**
     * Runs.
     *
     * @param arguments those of Spring Boot; with {@code --secured} what Spring Boot configures by itself, otherwise no more
     * than the origin needs
     * @throws IOException if its input cannot be read
     */
    public static void main(String[] arguments) throws IOException {
        boolean secured = Arrays.asList(arguments).contains("--secured");
        SpringApplication application = new SpringApplication(secured ? Secured.class : Origins.Producer.class);
        application.setDefaultProperties(Map.of("server.port", "0", "spring.main.banner-mode", "off",
                "logging.level.root", "ERROR", "spring.jmx.enabled", "false"));
        try (ConfigurableApplicationContext context = application.run(arguments)) {
            String port = context.getEnvironment().getRequiredProperty("local.server.port");
            System.out.println("port " + port);
            byte[] line = new byte[2000];
            for (int length = System.in.read(line); length > 0; length = System.in.read(line)) {
                List<URI> origins = Arrays.stream(new String(line, 0, length, StandardCharsets.US_ASCII)
                        .strip().split(" ", -1)).map(host -> URI.create("http://" + host + ":" + port)).toList();
                Claim claim = context.getBean(LocalClaims.class).publish(Content.of(Origins.bytes(1_000_000)),
                        ClaimOptions.defaults().withTtl(Duration.ofMinutes(1)).withOrigins(origins));
                System.out.println(claim.toText());
            }
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration({ SecurityAutoConfiguration.class, ServletWebSecurityAutoConfiguration.class,
        SecurityFilterAutoConfiguration.class, UserDetailsServiceAutoConfiguration.class })
    @Import({ Origins.Producer.class, Other.class })
    static class Secured {}

    @RestController
    static class Other {

        @GetMapping("/other")
        String other() {
            return "other";
        }
    }
}
