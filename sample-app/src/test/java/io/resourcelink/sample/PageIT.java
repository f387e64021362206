package io.resourcelink.sample;

import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.JavascriptExecutor;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.annotation.DirtiesContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** The page, in a browser. */
@ExtendWith(OwnDirectory.class)
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@DirtiesContext
class PageIT {

    private static final File BROWSER = new File("/usr/bin/chromium");
    private static final File DRIVER = new File("/usr/bin/chromedriver");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static ChromeDriver browser;

    @BeforeAll
    static void openBrowser() {
        assumeTrue(BROWSER.canExecute() && DRIVER.canExecute(),
                "There is no " + BROWSER + " or no " + DRIVER + ": apt-get install chromium chromium-driver");
        browser = new ChromeDriver(new ChromeDriverService.Builder().usingDriverExecutable(DRIVER).build(),
                new ChromeOptions().setBinary(BROWSER).addArguments("--headless=new", "--no-sandbox", "--disable-gpu",
                        "--disable-quic", "--no-first-run", "--disable-background-networking",
                        "--disable-component-update", "--disable-sync", "--window-size=1360,1200"));
    }

    @AfterAll
    static void closeBrowser() {
        if (browser != null) {
            browser.quit();
        }
    }

    @BeforeEach
    void openPage(@LocalServerPort int port) {
        browser.get("http://localhost:" + port + "/");
        await().atMost(PATIENCE).until(() -> find("#live").getText().equals("live"));
    }

    @AfterEach
    void deleteAllFrames() {
        while (!browser.findElements(By.cssSelector("#frames .delete")).isEmpty()) {
            int frames = browser.findElements(By.cssSelector("#frames li")).size();
            find("#frames .delete").click();
            await().atMost(PATIENCE)
                    .until(() -> browser.findElements(By.cssSelector("#frames li")).size() == frames - 1);
        }
        await().atMost(PATIENCE).until(() -> find("#none").isDisplayed());
        await().atMost(PATIENCE).until(() -> OwnDirectory.segments().isEmpty());
    }

    @Test
    void aPictureThatIsUploadedIsShownWithItsEdgesAndHistogram(@TempDir Path files) throws IOException {
        assertThat(find("#stage").isDisplayed()).isFalse();

        find("#file").sendKeys(picture(files, "hills.png").toString());

        await().atMost(PATIENCE).until(() -> find("#stage").isDisplayed());
        await().atMost(PATIENCE).until(() -> isLoaded("#original img") && isLoaded("#edges img"));
        assertThat(find("#original").getText()).contains("640 × 400");
        assertThat(find("#histogram path").getDomAttribute("d")).startsWith("M0 100V").contains("H256");
        assertThat(find("#bytes").getText()).isEqualTo("768 kB");
        assertThat(find("#sent").getText()).isEqualTo("14 bytes");
        assertThat(find("#pid").getText()).matches("[0-9]+");
        assertThat(find("#problem").isDisplayed()).isFalse();
    }

    @Test
    void theTableOfSegmentsKeepsUp(@TempDir Path files) throws IOException {
        assertThat(find("#none").isDisplayed()).isTrue();
        find("#file").sendKeys(picture(files, "hills.png").toString());
        await().atMost(PATIENCE).untilAsserted(
                () -> assertThat(find("#segments").getText()).contains(".edges", "768 kB", "257 kB", "29 min"));
        String before = find("#segments").getText();
        await().atMost(PATIENCE).until(() -> !find("#segments").getText().equals(before));
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
    }

    @Test
    void whatIsNoPictureIsAnsweredWithASentence(@TempDir Path files) throws IOException {
        Path text = Files.writeString(files.resolve("notes.txt"), "Not a picture");
        find("#file").sendKeys(text.toString());
        await().atMost(PATIENCE).until(() -> find("#problem").isDisplayed());
        assertThat(find("#problem-text").getText())
                .isEqualTo("notes.txt: The file is neither a JPEG nor a PNG.");
        find("#problem-close").click();
        assertThat(find("#problem").isDisplayed()).isFalse();
    }

    private static Path picture(Path directory, String name) throws IOException {
        return Files.write(directory.resolve(name),
                TestPictures.png(TestPictures.draw(640, 400, BufferedImage.TYPE_INT_RGB)));
    }

    private static boolean isLoaded(String image) {
        return Boolean.TRUE.equals(((JavascriptExecutor) browser).executeScript(
                "return arguments[0].complete && arguments[0].naturalWidth > 0", find(image)));
    }

    private static WebElement find(String selector) {
        return browser.findElement(By.cssSelector(selector));
    }
}
