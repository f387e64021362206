package io.resourcelink.sample;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
    "studio.worker-options=-XX:TieredStopAtLevel=1",
    "ipc.messaging.template.send-timeout=2s" })
@DirtiesContext
class PageIT {

    @RegisterExtension
    static final Browser browser = new Browser();

    @BeforeEach
    void openPage(@LocalServerPort int port) {
        browser.emulate(Device.DESKTOP, Map.of());
        browser.open("http://localhost:" + port + "/");
        until(() -> find("#live").getText().equals("live"));
        until(() -> ready().size() == 2);
    }

    @Test
    void thePageOpensAliveAndComparesByItself() {
        until(() -> isLoaded("#live-frame") && isLoaded("#live-edges"));
        until(() -> find("#show-figures").getText().matches("[\\d,]+ frames, there and .*"));
        String before = find("#show-figures").getText();
        until(() -> !find("#show-figures").getText().equals(before));
        until(() -> attribute("#colours .red", "d").contains("H64") && find("#shared strong").getText()
                .matches("\\d+ µs|[\\d.]+ m?s"));
        assertThat(find("#shared .note").getText()).endsWith("in memory once");
        assertThat(find("#http .note").getText()).endsWith("in memory twice");
        assertThat(find("#comparison-what").getText()).contains("6.2 MB");
        find("#measure").click();
        until(() -> find("#measure").isEnabled());
        assertThat(find("#comparison .error").isDisplayed()).isFalse();
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
        String pid = attribute("#workers li", "data-key");
        find("#workers .kill").click();
        until(() -> find("#journal").getText().matches("(?s).*Segment worker-" + pid
                + " was an orphan, because its only holder was killed. It was gone [\\d.]+ ms after the kill.*"));
        until(() -> find("#journal").getText().contains("Worker " + pid + " was killed"));
        until(() -> ready().size() == 2);
        assertThat(find("#workers").getText()).doesNotContain(pid);
    }

    @Test
    void aWorkerThatStopsAccountsForWhatItHadAccepted() {
        awaitFrames();
        String pid = attribute("#workers li", "data-key");
        find("#workers .stop").click();
        until(() -> find("#journal").getText().matches(
                "(?s).*Worker " + pid + " has stopped. Accepted (\\d+) = handled \\1 . reported 0;.*"));
        until(() -> ready().size() == 1);
        find("#start").click();
        until(() -> ready().size() == 2);
    }

    @Test
    void aSweepIsReported() {
        find("#sweep").click();
        until(() -> find("#journal").getText().contains("A sweep has collected"));
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
        find("#file").sendKeys(picture(files, "hills.png").toString());

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
        awaitFrames();
        until(() -> isLoaded("#live-frame") && isLoaded("#live-edges")
                && !find("#shared strong").getText().equals("–"));
        assertThat(browser.number("document.documentElement.scrollWidth")).as("width of the page")
                .isLessThanOrEqualTo(device.width);
        assertThat(browser.number(Browser.CONTRAST)).as("lowest contrast of text").isGreaterThanOrEqualTo(4.5);
        browser.screenshot(device.name().toLowerCase(Locale.ROOT) + "-" + colours);
    }

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

    private static Path picture(Path directory, String name) throws IOException {
        return Files.write(directory.resolve(name),
                TestPictures.png(TestPictures.draw(640, 400, BufferedImage.TYPE_INT_RGB)));
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
