package io.resourcelink.sample;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.logging.Level;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.openqa.selenium.By;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** Chromium without a window, one for all tests of a class. Fails a test after which its console has an error. */
final class Browser implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {

    static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final File BROWSER = new File("/usr/bin/chromium");
    private static final File DRIVER = new File("/usr/bin/chromedriver");
    private static final Path SCREENSHOTS = Path.of("target", "screenshots");
    private static final Duration POLL = Duration.ofMillis(50);

    private @Nullable ChromeDriver driver;

    /** What the page is shown on. */
    enum Device {
        DESKTOP(1360, 1200), PHONE(390, 844);

        final int width;
        final int height;

        Device(int width, int height) {
            this.width = width;
            this.height = height;
        }
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        assumeTrue(BROWSER.canExecute() && DRIVER.canExecute(),
                "There is no " + BROWSER + " or no " + DRIVER + ": apt-get install chromium chromium-driver");
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        ChromeOptions options = new ChromeOptions().setBinary(BROWSER).addArguments("--headless=new", "--no-sandbox",
                "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                "--disable-component-update", "--disable-sync");
        options.setCapability("goog:loggingPrefs", logs);
        driver = new ChromeDriver(new ChromeDriverService.Builder().usingDriverExecutable(DRIVER).build(), options);
    }

    /** An error that a person is told in words is a response of 4xx or 5xx, which the browser logs by itself. */
    @Override
    public void afterEach(ExtensionContext context) {
        List<String> errors = driver().manage().logs().get(LogType.BROWSER).getAll().stream()
                .map(LogEntry::getMessage).filter(message -> !message.contains("Failed to load resource")).toList();
        assertThat(errors).as("the browser's console").isEmpty();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (driver != null) {
            driver.quit();
        }
    }

    void open(String address) {
        driver().get(address);
    }

    /** Shows the present page on a device, with media features such as {@code prefers-color-scheme}. */
    void emulate(Device device, Map<String, String> media) {
        driver().executeCdpCommand("Emulation.setDeviceMetricsOverride", Map.of("width", device.width, "height",
                device.height, "deviceScaleFactor", 1, "mobile", device == Device.PHONE));
        driver().executeCdpCommand("Emulation.setEmulatedMedia", Map.of("features", media.entrySet().stream()
                .map(feature -> Map.of("name", feature.getKey(), "value", feature.getValue())).toList()));
    }

    void screenshot(String name) throws IOException {
        Files.createDirectories(SCREENSHOTS);
        Files.write(SCREENSHOTS.resolve(name + ".png"), driver().getScreenshotAs(OutputType.BYTES));
    }

    WebElement find(String selector) {
        return driver().findElement(By.cssSelector(selector));
    }

    List<WebElement> all(String selector) {
        return driver().findElements(By.cssSelector(selector));
    }

    String text(String selector) {
        return find(selector).getText();
    }

    String attribute(String selector, String name) {
        return String.valueOf(find(selector).getDomAttribute(name));
    }

    boolean isLoaded(String image) {
        return Boolean.TRUE.equals(
                script("return arguments[0].complete && arguments[0].naturalWidth > 0", find(image)));
    }

    double number(String expression) {
        return ((Number) Objects.requireNonNull(script("return " + expression))).doubleValue();
    }

    @Nullable
    Object script(String text, Object... arguments) {
        return driver().executeScript(text, arguments);
    }

    ChromeDriver driver() {
        return Objects.requireNonNull(driver);
    }

    static void until(Callable<Boolean> condition) {
        await().atMost(PATIENCE).pollDelay(Duration.ZERO).pollInterval(POLL).until(condition);
    }

    /** The contrast of the least readable text, by the formula of WCAG 2. Pictures and disabled buttons do not count. */
    static final String CONTRAST = """
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
}
