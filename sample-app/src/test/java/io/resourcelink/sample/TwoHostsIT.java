package io.resourcelink.sample;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.core.server.Queue;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.resttestclient.autoconfigure.AutoConfigureRestTestClient;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.ActiveProfiles;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.servlet.client.RestTestClient;

import io.resourcelink.sample.Browser.Device;
import io.resourcelink.sample.hosts.ClaimedFrames;
import io.resourcelink.sample.hosts.HostView;
import io.resourcelink.sample.layout.Frame;
import io.resourcelink.sample.layout.PixelFormat;
import io.resourcelink.sample.message.FrameClaimed;
import io.resourcelink.sample.message.Host;

import static io.resourcelink.sample.Browser.until;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two hosts: a studio with a broker and a worker, a viewer in the same directory, and a second studio with a worker and a directory of its
 * own. Five JVMs.
 */
@ExtendWith(OwnDirectory.class)
@SpringBootTest(webEnvironment = WebEnvironment.DEFINED_PORT, properties = { "studio.workers=1",
    "studio.comparison-time=50ms", "studio.worker-options=-XX:TieredStopAtLevel=1",
    "hosts.viewer-options=-XX:TieredStopAtLevel=1", "hosts.ttl=2m",
    "CLAIMS_SECRET=c2l4dHktZm91ciBieXRlcyB0aGF0IG5vYm9keSBidXQgdGhpcyB0ZXN0IHNob3VsZCB1c2Uu" })
@ActiveProfiles("two-hosts")
@AutoConfigureRestTestClient
@DirtiesContext
class TwoHostsIT {

    @RegisterExtension
    static final Browser browser = new Browser();

    private static final Map<String, String> CALM = Map.of("prefers-reduced-motion", "reduce");

    @Autowired
    private ClaimedFrames frames;

    @Autowired
    private EmbeddedActiveMQ broker;

    @Autowired
    private RestTestClient http;

    @DynamicPropertySource
    static void ports(DynamicPropertyRegistry properties) throws IOException {
        int web = freePort();
        int broker = freePort();
        properties.add("server.port", () -> web);
        int far = freePort();
        properties.add("hosts.broker", () -> "tcp://127.0.0.1:" + broker);
        properties.add("hosts.far-port", () -> far);
    }

    /** Frames are drawn while a page is open. With little motion, because drawing takes much of a small machine. */
    @BeforeEach
    void openPage(@LocalServerPort int port) {
        browser.emulate(Device.DESKTOP, CALM);
        browser.open("http://localhost:" + port + "/");
        until(() -> of(Host.NEAR).ready() && of(Host.FAR).ready() && !browser.all("#far img").isEmpty());
    }

    @AfterEach
    void resume() {
        http.put().uri("/generator?paused=false").exchange().expectStatus().isNoContent();
    }

    @Test
    void bothHostsGetTheSameFramesAndOnlyTheFarOneACopy() {
        until(() -> of(Host.NEAR).frames() > 3 && of(Host.FAR).frames() > 3);
        HostView near = of(Host.NEAR);
        HostView far = of(Host.FAR);
        assertThat(List.of(near.wrong(), far.wrong())).containsOnly(0L);
        assertThat(near.same()).as("the near host has the studio's own memory").isTrue();
        assertThat(near.fetched()).isZero();
        assertThat(near.file()).startsWith(OwnDirectory.path() + "/claim-");
        assertThat(far.same()).isFalse();
        assertThat(far.fetched()).isEqualTo(Frame.bytes(640, 360, PixelFormat.RGB));
        assertThat(far.file()).startsWith(farDirectory() + "/claim-");
        assertThat(near.micros()).isPositive();
        assertThat(far.micros()).isPositive();
    }

    /** One of them in the gate, drawn and named in the test's name. */
    static List<Host> hostsToKill() {
        List<Host> hosts = new ArrayList<>(List.of(Host.values()));
        Collections.shuffle(hosts);
        return Boolean.getBoolean("ipc.thorough") ? hosts : hosts.subList(0, 1);
    }

    @ParameterizedTest
    @MethodSource("hostsToKill")
    void theClaimOfAKilledViewerIsDeliveredAgain(Host host) throws Exception {
        Host other = host == Host.NEAR ? Host.FAR : Host.NEAR;
        until(() -> of(host).frames() > 0);
        HostView before = of(host);
        List<ProcessHandle> workers = ProcessHandle.of(before.pid()).orElseThrow().children().toList();
        assertThat(workers).as("a far studio has one worker, and no far studio").hasSize(host == Host.FAR ? 1 : 0);
        stopWithAMessage(host, other);
        assertThat(claims(OwnDirectory.path())).as("payloads wait for the host").isNotEmpty();

        http.post().uri("/hosts/" + host + "/kill").exchange().expectStatus().isNoContent();

        until(() -> of(host).again() > before.again());
        until(() -> of(host).frames() > of(other).frames() - 2 && of(host).frames() > before.frames() + 3);
        assertThat(of(host).pid()).isNotEqualTo(before.pid());
        until(() -> workers.stream().noneMatch(ProcessHandle::isAlive));
        assertThat(of(host).wrong()).isZero();
        until(() -> browser.text("#journal").matches("(?s).*Frame \\d+ came to the " + host.label()
                + " host again, because it had not been acknowledged. Its payload was still there.*"));
    }

    @Test
    void whatBothHostsHaveSeenIsSettledWhenTheyHaveSeenTheNext() {
        until(() -> of(Host.NEAR).frames() > 2 && of(Host.FAR).frames() > 2);
        http.put().uri("/generator?paused=true").exchange().expectStatus().isNoContent();
        until(() -> claims(OwnDirectory.path()).size() == 1 && claims(farDirectory()).size() == 1);
        assertThat(Path.of(of(Host.NEAR).file())).as("what the page shows is there").isRegularFile();
        assertThat(Path.of(of(Host.FAR).file())).isRegularFile();
    }

    @Test
    void theFarHostIsAStudioWithAPageOfItsOwnThatShowsWhatCameByClaim(@LocalServerPort int port) throws IOException {
        until(() -> browser.all("#far .page").stream().anyMatch(WebElement::isDisplayed));
        assertThat(browser.all(".page").stream().filter(WebElement::isDisplayed)).hasSize(1);
        long frames = of(Host.FAR).frames();
        browser.open(Objects.requireNonNull(browser.find("#far .page").getDomProperty("href")));

        until(() -> browser.isLoaded("#live-frame") && browser.isLoaded("#live-edges"));
        assertThat(browser.text("#title")).isEqualTo("Far studio");
        assertThat(browser.find("#from a").getDomProperty("href")).isEqualTo("http://127.0.0.1:" + port + "/");
        assertThat(browser.text("#show-title")).isEqualTo("Frames of another host, fetched once");
        assertThat(browser.text("#show-figures")).matches("[\\d,]+ frames came as claims, [\\d.]+ [MG]B fetched");
        assertThat(browser.text("#directory")).isEqualTo(farDirectory().toString());
        assertThat(browser.text("#journal")).containsPattern("The first frame has come as a claim; "
                + "(691264 bytes were fetched for it from http://127.0.0.1:\\d+/|this host had fetched it already)\\.");
        assertThat(browser.text("#no-workers")).isEmpty();
        assertThat(browser.all("#workers li")).hasSize(1);
        assertThat(List.of("#hosts", "#comparison", "#hold")).noneMatch(id -> browser.find(id).isDisplayed());
        until(() -> browser.text("#segments").matches("(?s).*claim-\\S+ 1 studio " + of(Host.FAR).pid() + " 691 kB.*"));
        assertThat(browser.text("#pause")).isEqualTo("Draw frames here instead");
        assertThat(OwnDirectory.segments(farDirectory())).as("it draws nothing, unless it is asked to")
                .noneMatch(key -> key.startsWith("live-"));
        // More than come while what the first page wanted still counts.
        until(() -> of(Host.FAR).frames() > frames + 12);
        assertThat(of(Host.FAR).wrong()).isZero();
        for (Device device : Device.values()) {
            browser.emulate(device, CALM);
            assertThat(browser.number("document.documentElement.scrollWidth")).isLessThanOrEqualTo(device.width);
            assertThat(browser.number(Browser.CONTRAST)).isGreaterThanOrEqualTo(4.5);
            browser.screenshot("far-" + device.name().toLowerCase(Locale.ROOT));
        }

        browser.find("#pause").sendKeys(Keys.ENTER);
        until(() -> browser.text("#show-title").equals("Thirty frames a second, through shared memory"));
        until(() -> OwnDirectory.segments(farDirectory()).stream().anyMatch(key -> key.startsWith("live-")));
        browser.find("#pause").sendKeys(Keys.ENTER);
        until(() -> browser.text("#show-title").equals("Frames of another host, fetched once"));
    }

    @Test
    void onlyWhatIsSignedIsGivenOut(@LocalServerPort int port) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<InputStream> response = client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/ipc/claims")).build(),
                    HttpResponse.BodyHandlers.ofInputStream());
            response.body().close();
            assertThat(response.statusCode()).isEqualTo(401);
        }
    }

    /** Stops a viewer that has got a message and not acknowledged it. The broker knows; a moment earlier or later, it has none. */
    private void stopWithAMessage(Host host, Host other) throws Exception {
        long pid = of(host).pid();
        Queue queue = broker.getActiveMQServer().locateQueue(SimpleString.of(FrameClaimed.QUEUE + host.label()));
        for (;;) {
            signal("STOP", pid);
            until(() -> of(other).frames() > of(host).frames() + 2);
            if (queue.getDeliveringCount() > 0) {
                return;
            }
            signal("CONT", pid);
            until(() -> of(host).frames() > of(other).frames() - 2);
        }
    }

    private static void signal(String name, long pid) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start().waitFor()).isZero();
    }

    private HostView of(Host host) {
        return frames.views().stream().filter(view -> view.host() == host).findFirst().orElseThrow();
    }

    private static Path farDirectory() {
        return Path.of(OwnDirectory.path() + "-far");
    }

    private static List<String> claims(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).filter(name -> name.startsWith("claim-")).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
