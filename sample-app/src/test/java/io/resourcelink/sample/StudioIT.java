package io.resourcelink.sample;

import java.awt.image.BufferedImage;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import jakarta.jms.ConnectionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.resttestclient.autoconfigure.AutoConfigureRestTestClient;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.http.MediaType;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.web.servlet.client.RestTestClient;

import io.resourcelink.boot.messaging.IpcTemplate;
import io.resourcelink.sample.StudioClient.Segment;
import io.resourcelink.sample.hosts.ClaimedFrames;
import io.resourcelink.sample.message.Transfer;
import io.resourcelink.sample.python.Holder;
import io.resourcelink.sample.studio.FrameView;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** The studio with a real worker: two JVMs. */
@ExtendWith(OwnDirectory.class)
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, properties = { "studio.workers=1",
    "studio.worker-options=-XX:TieredStopAtLevel=1", "studio.worker-timeout=8s", "studio.max-frames=3",
    "studio.max-pixels=1000000", "spring.servlet.multipart.max-file-size=3MB" })
@AutoConfigureRestTestClient
@DirtiesContext
class StudioIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private StudioClient studio;

    @BeforeEach
    void connect(@Autowired RestTestClient http) {
        studio = new StudioClient(http);
    }

    @AfterEach
    void everyFrameThatIsDeletedLeavesNothing() {
        studio.frames().forEach(studio::delete);
        expectSegments(0);
    }

    @Test
    void aPictureBecomesAFrame() {
        BufferedImage image = TestPictures.draw(320, 200, BufferedImage.TYPE_INT_RGB);

        FrameView frame = StudioClient.body(studio.upload(TestPictures.png(image)).expectStatus().isCreated()
                .expectHeader().valueMatches("Location", "/frames/[0-9a-f]+").returnResult(FrameView.class));

        assertThat(frame.name()).isEqualTo("picture.jpg");
        assertThat(frame.width()).isEqualTo(320);
        assertThat(frame.height()).isEqualTo(200);
        assertThat(frame.bytes()).isEqualTo(64 + 320 * 200 * 3);
        assertThat(frame.histogram()).hasSize(256);
        assertThat(IntStream.of(frame.histogram()).sum()).isEqualTo(320 * 200);
        assertThat(frame.decodeMicros()).isPositive();
        assertThat(frame.handoffMicros()).isPositive();
        assertThat(frame.processMicros()).isPositive();
        assertThat(ProcessHandle.of(frame.workerPid()).orElseThrow().parent()).hasValue(ProcessHandle.current());
        assertThat(studio.frames()).singleElement().usingRecursiveComparison().isEqualTo(frame);
        studio.http().get().uri("/frames/" + frame.id()).exchange().expectStatus().isOk().expectBody()
                .jsonPath("$.key").isEqualTo(frame.key());
    }

    @Test
    void theFrameIsThePictureToThePixel() {
        BufferedImage image = TestPictures.draw(320, 200, BufferedImage.TYPE_INT_ARGB);
        BufferedImage frame = studio.picture(studio.add(TestPictures.png(image)).image());
        for (int y = 0; y < 200; y++) {
            for (int x = 0; x < 320; x++) {
                assertThat(frame.getRGB(x, y)).as("%d, %d", x, y).isEqualTo(image.getRGB(x, y));
            }
        }
    }

    @Test
    void edgesAreWhereThePictureHasThem() {
        BufferedImage image = new BufferedImage(100, 60, BufferedImage.TYPE_BYTE_GRAY);
        image.getRaster().setSamples(50, 0, 50, 60, 0, IntStream.generate(() -> 255).limit(3000).toArray());
        BufferedImage edges = studio.picture(studio.add(TestPictures.png(image)).edges());
        for (int x = 0; x < 100; x++) {
            assertThat(edges.getRaster().getSample(x, 30, 0)).as("%d", x).isEqualTo(x == 49 || x == 50 ? 255 : 0);
        }
    }

    @Test
    void aPictureCanBeHadSmaller() {
        FrameView frame = studio.add(TestPictures.jpeg(TestPictures.draw(320, 200, BufferedImage.TYPE_INT_RGB)));
        assertThat(studio.picture(frame.image() + "?width=100").getWidth()).isEqualTo(80);
        assertThat(studio.picture(frame.edges() + "?width=100").getHeight()).isEqualTo(50);
        expectProblem(studio.http().get().uri(frame.image() + "?width=0").exchange(), 400,
                "A picture is at least one pixel wide.");
    }

    @Test
    void theActuatorShowsBothSegmentsAndWhoHoldsThem() {
        FrameView frame = studio.add(picture());
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(studio.segments()).extracting(Segment::refcount)
                .containsExactly(1L, 1L));
        assertThat(studio.segments()).extracting(Segment::key).containsExactly(frame.key(), frame.key() + ".edges");
        assertThat(studio.segments()).extracting(Segment::ttl).containsOnly("PT30M");
        assertThat(studio.segments().getFirst().payloadSize()).isEqualTo(frame.bytes());
    }

    @Test
    void deletingLetsGo() {
        FrameView frame = studio.add(picture());
        studio.delete(frame);
        expectSegments(0);
        for (String address : List.of("/frames/" + frame.id(), frame.image(), frame.edges())) {
            expectProblem(studio.http().get().uri(address).exchange(), 404,
                    "There is no frame \"" + frame.id() + "\".");
        }
        expectProblem(studio.http().delete().uri("/frames/" + frame.id()).exchange(), 404,
                "There is no frame \"" + frame.id() + "\".");
    }

    @Test
    void theOldestIsLetGoForOneTooMany() {
        List<String> ids = IntStream.range(0, 4).mapToObj(i -> studio.add(picture()).id()).toList();
        assertThat(studio.frames()).extracting(FrameView::id).containsExactlyElementsOf(ids.reversed().subList(0, 3));
        expectSegments(6);
    }

    @Test
    void manyPicturesComeAtOnce() {
        byte[] picture = picture();
        List<CompletableFuture<FrameView>> frames = Stream
                .generate(() -> CompletableFuture.supplyAsync(() -> studio.add(picture))).limit(8).toList();
        assertThat(frames).allSatisfy(frame -> assertThat(frame).succeedsWithin(PATIENCE)
                .satisfies(view -> assertThat(IntStream.of(view.histogram()).sum()).isEqualTo(320 * 200)));
        assertThat(studio.frames()).hasSize(3);
    }

    @Test
    void aKilledWorkerIsReplacedAndItsFramesStay() {
        FrameView before = studio.add(picture());
        kill(before.workerPid());

        FrameView after = studio.add(picture());

        assertThat(after.workerPid()).isNotEqualTo(before.workerPid());
        assertThat(studio.picture(before.image()).getWidth()).isEqualTo(320);
        assertThat(studio.picture(before.edges()).getWidth()).isEqualTo(320);
    }

    @Test
    void aPictureUnderWayWhenItsWorkerIsKilledIsGivenToAnother() throws IOException, InterruptedException {
        long worker = studio.add(picture()).workerPid();
        new ProcessBuilder("kill", "-STOP", Long.toString(worker)).start().waitFor();

        CompletableFuture<FrameView> frame = CompletableFuture.supplyAsync(() -> studio.add(picture()));
        expectSegments(3);
        kill(worker);

        assertThat(frame).succeedsWithin(PATIENCE)
                .satisfies(view -> assertThat(view.workerPid()).isNotEqualTo(worker));
    }

    @Test
    void aWorkerThatIsStoppedIsEndedAndReplacedAndItsFrameGivenToTheNext(@LocalServerPort int port) throws Exception {
        long worker = studio.add(picture()).workerPid();
        new ProcessBuilder("kill", "-STOP", Long.toString(worker)).start().waitFor();

        FrameView frame = studio.add(picture());

        assertThat(frame.workerPid()).isNotEqualTo(worker);
        assertThat(ProcessHandle.of(worker)).isEmpty();
        assertThat(StudioClient.state(port)).contains("Worker " + worker
                + " did not answer for 8 seconds, so it was ended; another one is started.");
    }

    @Test
    void aWorkerWhoseListenerHangsIsEndedAndReplaced(@LocalServerPort int port, @Autowired IpcTemplate template)
            throws Exception {
        long worker = studio.add(picture()).workerPid();
        try (ServerSocket neverAnswers = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            template.convertAndSend(Transfer.QUEUE,
                    new Transfer(null, URI.create("http://127.0.0.1:" + neverAnswers.getLocalPort() + "/")));
            await().atMost(PATIENCE).until(() -> ProcessHandle.of(worker).isEmpty());
        }
        assertThat(studio.add(picture()).workerPid()).isNotEqualTo(worker);
        assertThat(StudioClient.state(port)).contains("Worker " + worker + " did not answer for 8 seconds");
    }

    @Test
    void aPythonProgramReadsAFrameByItsKey(@LocalServerPort int port) throws Exception {
        assumeTrue(Holder.isPythonThere(), "There is no python3 of version 3.9 or later on the path.");
        FrameView frame = studio.add(TestPictures.png(new BufferedImage(100, 60, BufferedImage.TYPE_BYTE_GRAY)));
        ProcessBuilder builder = new ProcessBuilder("python3", "src/main/python/mean.py", "http://localhost:" + port);
        builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
        Process python = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (BufferedReader out = python.inputReader()) {
            assertThat(out.readLine()).isEqualTo(frame.key() + " 0.0000");
        }
        assertThat(python.onExit()).succeedsWithin(PATIENCE);
        expectSegments(2);
    }

    static Stream<Arguments> badFiles() {
        byte[] jpeg = picture();
        return Stream.of(
                Arguments.of("empty", new byte[0], 400, "The file is empty."),
                Arguments.of("text", "Not a picture".getBytes(UTF_8), 415, "The file is neither a JPEG nor a PNG."),
                Arguments.of("gif",
                        TestPictures.encode("gif", TestPictures.draw(9, 9, BufferedImage.TYPE_BYTE_INDEXED)),
                        415, "The file is neither a JPEG nor a PNG."),
                Arguments.of("cut off", Arrays.copyOf(jpeg, jpeg.length / 2), 422,
                        "The picture ends before its last row."),
                Arguments.of("too many pixels",
                        TestPictures.jpeg(TestPictures.draw(1001, 1000, BufferedImage.TYPE_INT_RGB)), 413,
                        "The picture has 1,001 × 1,000 pixels; 1,000,000 in all and 65,535 a side are the limit."),
                Arguments.of("too many bytes", new byte[3 * 1024 * 1024 + 1], 413, "A file may have up to 3 MB."));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badFiles")
    void aBadFileIsRefusedInOneSentence(String name, byte[] file, int status, String sentence) {
        expectProblem(studio.upload(file), status, sentence);
        expectSegments(0);
    }

    @Test
    void withoutItsProfileThereIsNoBroker(@Autowired ApplicationContext context) {
        assertThat(context.getBeanNamesForType(ConnectionFactory.class)).isEmpty();
        assertThat(context.getBeanNamesForType(ClaimedFrames.class)).isEmpty();
        studio.http().get().uri("/actuator/health").exchange().expectStatus().isOk().expectBody()
                .jsonPath("$.components.jms").doesNotExist().jsonPath("$.components.ipc.status").isEqualTo("UP");
    }

    @Test
    void aMissingPartIsRefused() {
        expectProblem(studio.upload("picture", new StudioClient.NamedFile("picture.jpg", picture())), 400,
                "A picture is expected as a file in the part \"file\".");
        expectProblem(studio.upload("file", "a field, not a file"), 400,
                "A picture is expected as a file in the part \"file\".");
    }

    @Test
    void whatIsNoFormIsRefused() {
        studio.http().post().uri("/frames").contentType(MediaType.APPLICATION_JSON).body("{}").exchange()
                .expectStatus().isEqualTo(415).expectHeader().contentType(MediaType.APPLICATION_PROBLEM_JSON);
        expectProblem(studio.http().post().uri("/frames").contentType(MediaType.MULTIPART_FORM_DATA)
                .body("no boundary here").exchange(), 400, "The upload is not well-formed multipart/form-data.");
    }

    private static byte[] picture() {
        return TestPictures.jpeg(TestPictures.draw(320, 200, BufferedImage.TYPE_INT_RGB));
    }

    private static void kill(long pid) {
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
    }

    /** In a moment: a worker lets go of things when it is told to, and starts with a segment of its own. */
    private static void expectSegments(int number) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(OwnDirectory.segments()).hasSize(number));
    }

    private static void expectProblem(RestTestClient.ResponseSpec response, int status, String sentence) {
        response.expectStatus().isEqualTo(status).expectHeader().contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .expectBody().jsonPath("$.detail").isEqualTo(sentence).jsonPath("$.status").isEqualTo(status);
    }
}
