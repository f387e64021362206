package io.resourcelink;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** What is packed into the library's jar has the licence of the repository with it. */
class LicenseTest {

    @Test
    void theJarContainsTheLicence() throws IOException, URISyntaxException {
        Path classes = Path.of(ResourceLink.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        assertThat(classes.resolve("META-INF/LICENSE")).hasSameTextualContentAs(Path.of("../LICENSE"))
                .content().contains("Apache License", "Version 2.0, January 2004");
    }
}
