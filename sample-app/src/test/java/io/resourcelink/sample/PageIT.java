package io.resourcelink.sample;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.annotation.DirtiesContext;

import io.resourcelink.sample.Browser.Device;

import static io.resourcelink.sample.Browser.until;
import static org.assertj.core.api.Assertions.assertThat;

/** The page, in a browser, with two real workers. */
@ExtendWith(OwnDirectory.class)
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, properties = { "studio.kept=2s",
    "studio.comparison-time=200ms",
    "studio.worker-options=-XX:TieredStopAtLevel=1",
    "ipc.messaging.template.send-timeout=2s" })
@DirtiesContext
class PageIT {

    @RegisterExtension
    static final Browser browser = new Browser();

    /** With little motion, because drawing takes much of a small machine. Tests that need it have it. */
    @BeforeEach
    void openPage(@LocalServerPort int port) {
        browser.emulate(Device.DESKTOP, Map.of("prefers-reduced-motion", "reduce"));
        browser.open("http://localhost:" + port + "/");
        until(() -> find("#live").getText().equals("live"));
    }

    @Test
    void thePageOpensAliveAndComparesByItself() {
        browser.emulate(Device.DESKTOP, Map.of());
        until(() -> isLoaded("#live-frame") && isLoaded("#live-edges"));
        until(() -> find("#show-figures").getText().matches("[\\d,]+ frames, there and .*"));
        String before = find("#show-figures").getText();
        until(() -> !find("#show-figures").getText().equals(before));
        until(() -> attribute("#colours .red", "d").contains("H64")
                && find("#http-all strong").getText().matches(TIME));
        assertThat(all("#comparison h3")).extracting(WebElement::getText).containsExactly(
                "Handed over: the worker reads one row", "Handed over and read: every byte");
        assertThat(all("#comparison .bar")).extracting(bar -> bar.getDomProperty("id"))
                .containsExactly("shared-row", "http-row", "shared-all", "http-all");
        assertThat(all("#comparison .bar strong")).extracting(WebElement::getText).allMatch(text -> text.matches(TIME));
        assertThat(find("#shared-row .note").getText())
                .matches("all 6.2 MB mapped, nothing copied: in memory once; fastest " + TIME);
        assertThat(find("#http-row .note").getText())
                .matches("all 6.2 MB copied, at [\\d.]+ [MG]B/s: in memory twice; fastest " + TIME);
        assertThat(find("#shared-all .note").getText())
                .matches("6.2 MB read at [\\d.]+ [MG]B/s, in memory once; fastest " + TIME);
        assertThat(find("#http-all .note").getText())
                .matches("6.2 MB copied and read at [\\d.]+ [MG]B/s, in memory twice; fastest " + TIME);
        assertThat(find("#comparison-what").getText()).matches("A frame of two megapixels, 6.2 MB: "
                + "HTTP takes [\\d.]+ times as long, [\\d.]+ times where all of it is read\\.");
        find("#measure").sendKeys(Keys.ENTER);
        until(() -> find("#measure").isEnabled() && find("#measure").getText().equals("Measure again"));
        assertThat(find("#comparison .error").isDisplayed()).isFalse();
    }

    /** Whatever was measured here. Until the next state comes, the page shows what it is answered. */
    @Test
    void theUnitOfATimeFollowsItsSizeAndABarItsTime() {
        browser.script(
                """
                        window.shown = [];
                        const bars = [...document.querySelectorAll('#comparison .bar')];
                        new MutationObserver(() => shown.push(bars.map(bar =>
                            bar.querySelector('strong').textContent + ' ' + bar.querySelector('.fill').style.width).join(', ')))
                          .observe(document.getElementById('comparison'), { subtree: true, childList: true, attributes: true });
                        const figures = micros => ({ micros, fastest: micros, transfers: 100, megabytesPerSecond: 1500, copies: 1 });
                        window.fetch = async () => new Response(JSON.stringify({ bytes: 6220864,
                            row: { bytes: 5760, shared: figures(154.6), http: figures(9949.4) },
                            all: { bytes: 6220800, shared: figures(999.6), http: figures(100000) } }));
                        document.getElementById('measure').click();""");
        until(() -> browser
                .script("return shown.find(line => line.startsWith('155 µs') && line.endsWith('100%'))") != null);
        assertThat(browser.script("return shown.find(line => line.startsWith('155 µs') && line.endsWith('100%'))"))
                .isEqualTo("155 µs 0.5%, 9.9 ms 9.9494%, 1.0 ms 0.9996%, 100 ms 100%");
    }

    @Test
    void theGeneratorPausesAndResumes() {
        find("#pause").click();
        until(() -> find("#show-figures").getText().equals("paused"));
        find("#pause").sendKeys(Keys.ENTER);
        until(() -> find("#show-figures").getText().contains("frames, there and back"));
    }

    @Test
    void aFrameIsHeldUntilItIsReleased() {
        awaitFrames();
        find("#hold").click();
        until(() -> !all("#segments tr.held").isEmpty());
        String key = attribute("#segments tr.held", "data-key");
        until(() -> find("#segments tr.held .holders").getText()
                .equals("studio " + ProcessHandle.current().pid()));
        // A worker may have it for a moment, too.
        until(() -> find("#segments tr.held .refcount").getText().equals("1"));
        assertThat(find("#segments tr.held").getText()).contains("691 kB");
        assertThat(find("#segments tr.held .age").getText()).matches("[\\d.]+ s of 30 s");
        double width = browser.number(AGE);
        until(() -> browser.number(AGE) > width);
        assertThat(OwnDirectory.segments()).contains(key);
        find("#segments tr.held .release").click();
        until(() -> all("#segments tr.held").isEmpty());
        until(() -> !OwnDirectory.segments().contains(key));
    }

    @Test
    void aFrameIsKeptUntilItsTimeIsOver() {
        awaitFrames();
        find("#keep").click();
        until(() -> find("#segments").getText().contains("nobody: kept"));
        until(() -> find("#journal").getText().contains("is gone: its time to live was over."));
        until(() -> !find("#segments").getText().contains("nobody: kept"));
    }

    @Test
    void aKilledWorkerLeavesAnOrphanThatIsGoneInMilliseconds() {
        until(() -> ready().size() == 2);
        String pid = attribute("#workers li", "data-key");
        find("#workers .kill").click();
        until(() -> find("#journal").getText().matches("(?s).*Segment worker-" + pid
                + " was an orphan, because its only holder was killed. It was gone [\\d.]+ ms after the kill.*"));
        until(() -> find("#journal").getText().contains("Worker " + pid + " was killed"));
        until(() -> !find("#workers").getText().contains(pid) && all("#workers li").size() == 2);
    }

    @Test
    void aWorkerThatStopsAccountsForWhatItHadAccepted() {
        awaitFrames();
        until(() -> !ready().isEmpty());
        WebElement worker = all("#workers li").stream()
                .filter(card -> !card.findElements(By.cssSelector(".state.ready")).isEmpty()).findFirst().orElseThrow();
        String pid = String.valueOf(worker.getDomAttribute("data-key"));
        worker.findElement(By.cssSelector(".stop")).click();
        until(() -> find("#journal").getText().matches(
                "(?s).*Worker " + pid + " has stopped. Accepted (\\d+) = handled \\1 . reported 0;.*"));
        until(() -> all("#workers li").size() == 1);
        find("#start").click();
        until(() -> all("#workers li").size() == 2);
    }

    @Test
    void aWorkerThatDoesNotAnswerIsSaidToBeSo() throws Exception {
        until(() -> !ready().isEmpty());
        String pid = attribute("#workers li:has(.ready)", "data-key");
        signal("STOP", pid);
        try {
            until(() -> find(worker(pid)).getText().matches("does not answer \\([2-9].\\d s\\)"));
        } finally {
            signal("CONT", pid);
        }
        until(() -> find(worker(pid)).getText().equals("ready"));
    }

    private static String worker(String pid) {
        return "#workers li[data-key='" + pid + "'] .state";
    }

    private static void signal(String name, String pid) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, pid).start().waitFor()).isZero();
    }

    @Test
    void aSweepIsReported() {
        // By the keyboard: a click misses the button if the page moves it at that moment.
        find("#sweep").sendKeys(Keys.ENTER);
        until(() -> find("#journal").getText().contains("A sweep has collected"));
    }

    @Test
    void theMemorysRoomThePoolTheCollectorAndTheQueuesAreShown() {
        awaitFrames();
        until(() -> find("#swept-what").getText().matches("sweeps, the last [\\d.]+ (s|min) ago, collected \\d+"));
        assertThat(find("#directory").getText()).isEqualTo(OwnDirectory.path().toString());
        assertThat(find("#capacity").getText()).matches("[\\d.]+ [MG]B of [\\d.]+ [MG]B free");
        assertThat(browser.number("document.querySelector('#used').value")).isBetween(0.0, 1.0);
        until(() -> Integer.parseInt(find("#pool").getText().replace(",", "")) > 0);
        assertThat(find("#queues").getText()).matches("frames under way, [\\d,]+ lost, [\\d,]+ skipped");
        assertThat(find("#destinations").getText()).containsPattern("edges queue: \\d+ under way")
                .containsPattern("histogram of topic frames.done: [\\d,]+ handled, \\d+ waiting")
                .containsPattern("thumbnail of topic frames.done: [\\d,]+ handled, \\d+ waiting");
    }

    @Test
    void everythingIsReachedByTheTabKeyAndTheFocusIsSeen() {
        awaitFrames();
        Set<String> reached = new HashSet<>();
        WebElement body = find("body");
        for (int i = 0; i < 30 && !reached.contains("file"); i++) {
            (i == 0 ? body : browser.driver().switchTo().activeElement()).sendKeys(Keys.TAB);
            WebElement focused = browser.driver().switchTo().activeElement();
            reached.add(String.valueOf(focused.getDomProperty("id")) + focused.getDomProperty("className"));
            assertThat(browser.script(FOCUS_IS_SEEN)).as("focus of %s", focused.getDomProperty("outerHTML"))
                    .isEqualTo(true);
        }
        assertThat(reached).contains("pause", "hold", "keep", "measure", "kill", "stop", "start", "journal", "sweep",
                "scroll", "file");
    }

    @Test
    void withReducedMotionAPictureComesOnceASecond() {
        awaitFrames();
        browser.script("""
                window.pictures = [];
                new MutationObserver(() => pictures.push(performance.now()))
                  .observe(document.getElementById('live-frame'), { attributeFilter: ['src'] });""");
        until(() -> browser.number("pictures.length") >= 3);
        assertThat(browser.number("Math.min(pictures[1] - pictures[0], pictures[2] - pictures[1])"))
                .isGreaterThanOrEqualTo(1000);
        assertThat(
                browser.script(
                        "return getComputedStyle(document.querySelector('#shared-row .fill')).transitionDuration"))
                .isEqualTo("0s");
    }

    @Test
    void aLongUploadShowsHowFarItIs(@TempDir Path files) throws IOException {
        browser.driver().executeCdpCommand("Network.enable", Map.of());
        try {
            throttle(500_000);
            find("#file").sendKeys(picture(files, "long.png", 1000).toString());
            until(() -> find("#frames").getText().matches("(?s)long.png\\s+[1-9]\\d? % uploaded.*"));
            assertThat(browser.number("document.querySelector('#frames progress').value")).isBetween(0.01, 0.99);
        } finally {
            throttle(-1);
        }
        until(() -> !all("#frames .delete").isEmpty());
        assertThat(find("#frames").getText()).contains("long.png", "1,000 × 625");
        deleteAllFrames();
    }

    private static void throttle(int bytesPerSecond) {
        browser.driver().executeCdpCommand("Network.emulateNetworkConditions", Map.of("offline", false, "latency", 0,
                "downloadThroughput", -1, "uploadThroughput", bytesPerSecond));
    }

    @Test
    void nothingIsLoadedFromElsewhere() {
        awaitFrames();
        assertThat(browser.number("performance.getEntriesByType('resource').length")).isPositive();
        assertThat(browser.number(
                "performance.getEntriesByType('resource').filter(r => !r.name.startsWith(location.origin)).length"))
                .isZero();
    }

    @Test
    void anErrorIsToldInWordsWhereItHappens() {
        find("#pause").click();
        until(() -> find("#show-figures").getText().equals("paused"));
        browser.script("fetch('workers/1/kill', { method: 'POST' }).then(r => r.json())"
                + ".then(p => document.title = p.detail)");
        until(() -> browser.driver().getTitle().equals("There is no worker 1 that is ready."));
        browser.script("document.querySelector('#segments .release').hidden = false;"
                + "document.querySelector('#segments .release').click();");
        until(() -> find("#memory .error").isDisplayed());
        assertThat(find("#memory .error").getText()).startsWith("The studio does not hold");
        find("#pause").click();
        until(() -> find("#show-figures").getText().contains("frames, there and back"));
    }

    @Test
    void aPictureThatIsUploadedIsShownWithItsEdgesAndHistogram(@TempDir Path files) throws IOException {
        find("#file").sendKeys(picture(files, "hills.png", 640).toString());

        until(() -> find("#stage").isDisplayed());
        until(() -> isLoaded("#original img") && isLoaded("#edges img"));
        assertThat(find("#original").getText()).contains("640 × 400");
        assertThat(attribute("#histogram path", "d")).startsWith("M0 100V").contains("H256");
        assertThat(find("#bytes").getText()).isEqualTo("768 kB");
        assertThat(find("#pid").getText()).matches("[0-9]+");
        assertThat(find("#problem").isDisplayed()).isFalse();
        deleteAllFrames();
    }

    @Test
    void aPictureCanBeDropped() {
        browser.script("""
                const canvas = Object.assign(document.createElement('canvas'), { width: 90, height: 60 });
                canvas.getContext('2d').fillRect(20, 20, 30, 30);
                canvas.toBlob(blob => {
                  const dataTransfer = new DataTransfer();
                  dataTransfer.items.add(new File([blob], 'dropped.png', { type: 'image/png' }));
                  document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
                });""");
        until(() -> find("#stage").isDisplayed() && isLoaded("#edges img"));
        assertThat(find("#frames").getText()).contains("dropped.png", "90 × 60");
        deleteAllFrames();
    }

    @Test
    void whatIsNoPictureIsAnsweredWithASentence(@TempDir Path files) throws IOException {
        Path text = Files.writeString(files.resolve("notes.txt"), "Not a picture");
        find("#file").sendKeys(text.toString());
        until(() -> find("#problem").isDisplayed());
        assertThat(find("#problem").getText()).isEqualTo("notes.txt: The file is neither a JPEG nor a PNG.");
    }

    @ParameterizedTest(name = "{0}, {1}")
    @CsvSource({ "DESKTOP, light", "DESKTOP, dark", "PHONE, light", "PHONE, dark" })
    void itFitsAndCanBeReadEverywhere(Device device, String colours) throws IOException {
        browser.emulate(device, Map.of("prefers-color-scheme", colours));
        until(() -> ready().size() == 2);
        awaitFrames();
        until(() -> isLoaded("#live-frame") && isLoaded("#live-edges")
                && !find("#http-all strong").getText().equals("–"));
        assertThat(browser.number("document.documentElement.scrollWidth")).as("width of the page")
                .isLessThanOrEqualTo(device.width);
        assertThat(browser.number(Browser.CONTRAST)).as("lowest contrast of text").isGreaterThanOrEqualTo(4.5);
        browser.screenshot(device.name().toLowerCase(Locale.ROOT) + "-" + colours);
    }

    private static final String TIME = "(\\d+ µs|[\\d.]+ m?s)";
    private static final String AGE = "document.querySelector('#segments tr.held .fill').getBoundingClientRect().width";
    private static final String FOCUS_IS_SEEN = """
            const label = document.activeElement.closest('.drop');
            const style = getComputedStyle(label ?? document.activeElement);
            return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;""";

    private static void awaitFrames() {
        until(() -> find("#show-figures").getText().contains("frames, there and back"));
    }

    private static List<WebElement> ready() {
        return all("#workers .state.ready");
    }

    private static void deleteAllFrames() {
        while (!all("#frames .delete").isEmpty()) {
            // Uploads that are about to leave the list have no such button.
            int frames = all("#frames .delete").size();
            find("#frames .delete").click();
            until(() -> all("#frames .delete").size() == frames - 1);
        }
        until(() -> OwnDirectory.segments().stream().noneMatch(key -> key.startsWith("frame-")));
    }

    private static Path picture(Path directory, String name, int width) throws IOException {
        return Files.write(directory.resolve(name),
                TestPictures.png(TestPictures.draw(width, width * 5 / 8, BufferedImage.TYPE_INT_RGB)));
    }

    private static boolean isLoaded(String image) {
        return browser.isLoaded(image);
    }

    private static String attribute(String selector, String name) {
        return browser.attribute(selector, name);
    }

    private static List<WebElement> all(String selector) {
        return browser.all(selector);
    }

    private static WebElement find(String selector) {
        return browser.find(selector);
    }
}
