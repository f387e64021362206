package io.resourcelink.sample;

import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.logging.Level;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.annotation.DirtiesContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** The page, in a browser, with two real workers. */
@ExtendWith(OwnDirectory.class)
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, properties = { "studio.kept=2s",
    "studio.worker-options=-XX:TieredStopAtLevel=1",
    "ipc.messaging.template.send-timeout=2s" })
@DirtiesContext
class PageIT {

    private static final File BROWSER = new File("/usr/bin/chromium");
    private static final File DRIVER = new File("/usr/bin/chromedriver");
    private static final Path SCREENSHOTS = Path.of("target", "screenshots");
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Dimension DESKTOP = new Dimension(1360, 1200);

    private static ChromeDriver browser;

    @BeforeAll
    static void openBrowser() throws IOException {
        assumeTrue(BROWSER.canExecute() && DRIVER.canExecute(),
                "There is no " + BROWSER + " or no " + DRIVER + ": apt-get install chromium chromium-driver");
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        ChromeOptions options = new ChromeOptions().setBinary(BROWSER).addArguments("--headless=new", "--no-sandbox",
                "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                "--disable-component-update", "--disable-sync");
        options.setCapability("goog:loggingPrefs", logs);
        browser = new ChromeDriver(new ChromeDriverService.Builder().usingDriverExecutable(DRIVER).build(), options);
        Files.createDirectories(SCREENSHOTS);
    }

    @AfterAll
    static void closeBrowser() {
        if (browser != null) {
            browser.quit();
        }
    }

    @BeforeEach
    void openPage(@LocalServerPort int port) {
        browser.manage().window().setSize(DESKTOP);
        browser.get("http://localhost:" + port + "/");
        await().atMost(PATIENCE).until(() -> find("#live").getText().equals("live"));
        await().atMost(PATIENCE).until(() -> ready().size() == 2);
    }

    /** An error that a person is told in words is a response of 4xx or 5xx, which the browser logs by itself. */
    @AfterEach
    void theConsoleHasNoErrors() {
        List<String> errors = browser.manage().logs().get(LogType.BROWSER).getAll().stream()
                .map(LogEntry::getMessage).filter(message -> !message.contains("Failed to load resource")).toList();
        assertThat(errors).as("the browser's console").isEmpty();
    }

    @Test
    void thePageOpensAliveAndComparesByItself() {
        await().atMost(PATIENCE).until(() -> isLoaded("#live-frame") && isLoaded("#live-edges"));
        await().atMost(PATIENCE).until(() -> find("#show-figures").getText().matches("[\\d,]+ frames, there and .*"));
        String before = find("#show-figures").getText();
        await().atMost(PATIENCE).until(() -> !find("#show-figures").getText().equals(before));
        await().atMost(PATIENCE)
                .until(() -> attribute("#colours .red", "d").contains("H64") && find("#shared strong").getText()
                        .matches("\\d+ µs|[\\d.]+ m?s"));
        assertThat(find("#shared .note").getText()).endsWith("in memory once");
        assertThat(find("#http .note").getText()).endsWith("in memory twice");
        assertThat(find("#comparison-what").getText()).contains("6.2 MB");
        find("#measure").click();
        await().atMost(PATIENCE).until(() -> find("#measure").isEnabled());
        assertThat(find("#comparison .error").isDisplayed()).isFalse();
    }

    @Test
    void theGeneratorPausesAndResumes() {
        find("#pause").click();
        await().atMost(PATIENCE).until(() -> find("#show-figures").getText().equals("paused"));
        find("#pause").sendKeys(Keys.ENTER);
        await().atMost(PATIENCE).until(() -> find("#show-figures").getText().contains("frames, there and back"));
    }

    @Test
    void aFrameIsHeldUntilItIsReleased() {
        awaitFrames();
        find("#hold").click();
        await().atMost(PATIENCE).until(() -> !all("#segments tr.held").isEmpty());
        String key = attribute("#segments tr.held", "data-key");
        await().atMost(PATIENCE).until(() -> find("#segments tr.held .holders").getText()
                .equals("studio " + ProcessHandle.current().pid()));
        assertThat(OwnDirectory.segments()).contains(key);
        find("#segments tr.held .release").click();
        await().atMost(PATIENCE).until(() -> all("#segments tr.held").isEmpty());
        await().atMost(PATIENCE).until(() -> !OwnDirectory.segments().contains(key));
    }

    @Test
    void aFrameIsKeptUntilItsTimeIsOver() {
        awaitFrames();
        find("#keep").click();
        await().atMost(PATIENCE).until(() -> find("#segments").getText().contains("nobody: kept"));
        await().atMost(PATIENCE)
                .until(() -> find("#journal").getText().contains("is gone: its time to live was over."));
        await().atMost(PATIENCE).until(() -> !find("#segments").getText().contains("nobody: kept"));
    }

    @Test
    void aKilledWorkerLeavesAnOrphanThatIsGoneInMilliseconds() {
        String pid = attribute("#workers li", "data-key");
        find("#workers .kill").click();
        await().atMost(PATIENCE).until(() -> find("#journal").getText().matches("(?s).*Segment worker-" + pid
                + " was an orphan, because its only holder was killed. It was gone [\\d.]+ ms after the kill.*"));
        await().atMost(PATIENCE).until(() -> find("#journal").getText().contains("Worker " + pid + " was killed"));
        await().atMost(PATIENCE).until(() -> ready().size() == 2);
        assertThat(find("#workers").getText()).doesNotContain(pid);
    }

    @Test
    void aWorkerThatStopsAccountsForWhatItHadAccepted() {
        awaitFrames();
        String pid = attribute("#workers li", "data-key");
        find("#workers .stop").click();
        await().atMost(PATIENCE).until(() -> find("#journal").getText().matches(
                "(?s).*Worker " + pid + " has stopped. Accepted (\\d+) = handled \\1 . reported 0;.*"));
        await().atMost(PATIENCE).until(() -> ready().size() == 1);
        find("#start").click();
        await().atMost(PATIENCE).until(() -> ready().size() == 2);
    }

    @Test
    void aSweepIsReported() {
        find("#sweep").click();
        await().atMost(PATIENCE).until(() -> find("#journal").getText().contains("A sweep has collected"));
    }

    @Test
    void anErrorIsToldInWordsWhereItHappens() {
        find("#pause").click();
        await().atMost(PATIENCE).until(() -> find("#show-figures").getText().equals("paused"));
        browser.executeScript("fetch('workers/1/kill', { method: 'POST' }).then(r => r.json())"
                + ".then(p => document.title = p.detail)");
        await().atMost(PATIENCE).until(() -> browser.getTitle().equals("There is no worker 1 that is ready."));
        browser.executeScript("document.querySelector('#segments .release').hidden = false;"
                + "document.querySelector('#segments .release').click();");
        await().atMost(PATIENCE).until(() -> find("#memory .error").isDisplayed());
        assertThat(find("#memory .error").getText()).startsWith("The studio does not hold");
        find("#pause").click();
        await().atMost(PATIENCE).until(() -> find("#show-figures").getText().contains("frames, there and back"));
    }

    @Test
    void aPictureThatIsUploadedIsShownWithItsEdgesAndHistogram(@TempDir Path files) throws IOException {
        find("#file").sendKeys(picture(files, "hills.png").toString());

        await().atMost(PATIENCE).until(() -> find("#stage").isDisplayed());
        await().atMost(PATIENCE).until(() -> isLoaded("#original img") && isLoaded("#edges img"));
        assertThat(find("#original").getText()).contains("640 × 400");
        assertThat(attribute("#histogram path", "d")).startsWith("M0 100V").contains("H256");
        assertThat(find("#bytes").getText()).isEqualTo("768 kB");
        assertThat(find("#pid").getText()).matches("[0-9]+");
        assertThat(find("#problem").isDisplayed()).isFalse();
        deleteAllFrames();
    }

    @Test
    void aPictureCanBeDropped() {
        browser.executeScript("""
                const canvas = Object.assign(document.createElement('canvas'), { width: 90, height: 60 });
                canvas.getContext('2d').fillRect(20, 20, 30, 30);
                canvas.toBlob(blob => {
                  const dataTransfer = new DataTransfer();
                  dataTransfer.items.add(new File([blob], 'dropped.png', { type: 'image/png' }));
                  document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
                });""");
        await().atMost(PATIENCE).until(() -> find("#stage").isDisplayed() && isLoaded("#edges img"));
        assertThat(find("#frames").getText()).contains("dropped.png", "90 × 60");
        deleteAllFrames();
    }

    @Test
    void whatIsNoPictureIsAnsweredWithASentence(@TempDir Path files) throws IOException {
        Path text = Files.writeString(files.resolve("notes.txt"), "Not a picture");
        find("#file").sendKeys(text.toString());
        await().atMost(PATIENCE).until(() -> find("#problem").isDisplayed());
        assertThat(find("#problem").getText()).isEqualTo("notes.txt: The file is neither a JPEG nor a PNG.");
    }

    @ParameterizedTest(name = "{0}, {1}")
    @CsvSource({ "desktop, light", "desktop, dark", "phone, light", "phone, dark" })
    void itFitsAndCanBeReadEverywhere(String device, String colours) throws IOException {
        boolean phone = device.equals("phone");
        int width = phone ? 390 : DESKTOP.getWidth();
        browser.executeCdpCommand("Emulation.setDeviceMetricsOverride", Map.of("width", width, "height",
                phone ? 844 : DESKTOP.getHeight(), "deviceScaleFactor", 1, "mobile", phone));
        browser.executeCdpCommand("Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", colours))));
        try {
            awaitFrames();
            await().atMost(PATIENCE).until(() -> isLoaded("#live-frame") && isLoaded("#live-edges")
                    && !find("#shared strong").getText().equals("–"));
            assertThat(number("document.documentElement.scrollWidth")).as("width of the page")
                    .isLessThanOrEqualTo(width);
            assertThat(number(CONTRAST)).as("lowest contrast of text").isGreaterThanOrEqualTo(4.5);
            Files.write(SCREENSHOTS.resolve(device + "-" + colours + ".png"),
                    browser.getScreenshotAs(OutputType.BYTES));
        } finally {
            browser.executeCdpCommand("Emulation.clearDeviceMetricsOverride", Map.of());
            browser.executeCdpCommand("Emulation.setEmulatedMedia", Map.of("features", List.of()));
        }
    }

    /** The contrast of the least readable text, by the formula of WCAG 2. Pictures and disabled buttons do not count. */
    private static final String CONTRAST = """
            (() => {
              const channels = colour => colour.match(/[\\d.]+/g).map(Number);
              const luminance = ([r, g, b]) => [r, g, b].map(c => c / 255)
                .map(c => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
                .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
              const ground = node => {
                for (let n = node; n; n = n.parentElement) {
                  const c = channels(getComputedStyle(n).backgroundColor);
                  if (c.length < 4 || c[3] > 0) { return c; }
                }
                return [255, 255, 255];
              };
              let lowest = 21;
              for (const node of document.querySelectorAll('body *')) {
                const own = [...node.childNodes].some(c => c.nodeType === 3 && c.textContent.trim());
                if (own && node.checkVisibility() && !node.disabled) {
                  const [a, b] = [luminance(channels(getComputedStyle(node).color)), luminance(ground(node))];
                  lowest = Math.min(lowest, (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05));
                }
              }
              return lowest;
            })()""";

    private static double number(String expression) {
        return ((Number) Objects.requireNonNull(browser.executeScript("return " + expression))).doubleValue();
    }

    private static void awaitFrames() {
        await().atMost(PATIENCE).until(() -> find("#show-figures").getText().contains("frames, there and back"));
    }

    private static List<WebElement> ready() {
        return all("#workers .state.ready");
    }

    private static void deleteAllFrames() {
        while (!all("#frames .delete").isEmpty()) {
            // Uploads that are about to leave the list have no such button.
            int frames = all("#frames .delete").size();
            find("#frames .delete").click();
            await().atMost(PATIENCE).until(() -> all("#frames .delete").size() == frames - 1);
        }
        await().atMost(PATIENCE)
                .until(() -> OwnDirectory.segments().stream().noneMatch(key -> key.startsWith("frame-")));
    }

    private static Path picture(Path directory, String name) throws IOException {
        return Files.write(directory.resolve(name),
                TestPictures.png(TestPictures.draw(640, 400, BufferedImage.TYPE_INT_RGB)));
    }

    private static boolean isLoaded(String image) {
        return Boolean.TRUE.equals(browser.executeScript(
                "return arguments[0].complete && arguments[0].naturalWidth > 0", find(image)));
    }

    private static String attribute(String selector, String name) {
        return String.valueOf(find(selector).getDomAttribute(name));
    }

    private static List<WebElement> all(String selector) {
        return browser.findElements(By.cssSelector(selector));
    }

    private static WebElement find(String selector) {
        return browser.findElement(By.cssSelector(selector));
    }
}
