package io.resourcelink.boot.claim.listener;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.messaging.handler.annotation.support.DefaultMessageHandlerMethodFactory;
import org.springframework.messaging.handler.invocation.InvocableHandlerMethod;
import org.springframework.messaging.support.GenericMessage;
import org.springframework.util.ReflectionUtils;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import io.resourcelink.Content;
import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.TestDirectories;
import io.resourcelink.boot.claim.Claims;
import io.resourcelink.boot.claim.HostClaims;
import io.resourcelink.claim.Claim;
import io.resourcelink.claim.ClaimOptions;
import io.resourcelink.claim.LocalClaims;
import io.resourcelink.error.ClaimGoneException;
import io.resourcelink.error.ClaimUnavailableException;
import io.resourcelink.error.InvalidClaimException;
import io.resourcelink.segment.ResourceKind;
import io.resourcelink.segment.ResourceLinkInfo;
import io.resourcelink.segment.SpaceId;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class ClaimHandlerMethodFactoryTest {

    private static final byte[] PAYLOAD = "payload".getBytes(StandardCharsets.UTF_8);

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    private ResourceLinkFactory factory;
    private Claims claims;
    private Claim claim;
    private final Listener listener = new Listener();

    @BeforeEach
    void publish() {
        factory = directories.factory();
        claims = new HostClaims(LocalClaims.unsigned(factory));
        claim = claims.publish(Content.of(PAYLOAD), ClaimOptions.defaults().withTtl(Duration.ofMinutes(1)));
    }

    @AfterEach
    void nothingIsHeld() {
        assertThat(factory.list()).extracting(ResourceLinkInfo::refcount).allMatch(count -> count == 0);
        factory.remove(claim.key());
        factory.close();
    }

    @Test
    void theLinkIsOpenInTheMethodAndClosedAfterIt() throws Exception {
        assertThat(invoke("read", new Order(1, claim))).isEqualTo("payload of order 1");
        assertThat(listener.link().isClosed()).isTrue();
    }

    @Test
    void theClaimIsThePayloadItselfItsTextOrAComponent() throws Exception {
        assertThat(invoke("readAny", claim)).isEqualTo("payload");
        assertThat(invoke("readAny", claim.toText())).isEqualTo("payload");
        assertThat(invoke("readAny", claim.toText().getBytes(StandardCharsets.UTF_8))).isEqualTo("payload");
        assertThat(invoke("readAny", new OrderBean(claim))).isEqualTo("payload");
        assertThat(invoke("readNamed", new TwoClaims(new Order(7, claim).scan(), null))).isEqualTo("payload");
    }

    @Test
    void whatIsThrownClosesTheLink() {
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> invoke("fail", new Order(1, claim)))
                .withMessage("listener");
        assertThat(listener.link().isClosed()).isTrue();
        assertThatExceptionOfType(StackOverflowError.class).isThrownBy(() -> invoke("error", new Order(2, claim)));
        assertThat(listener.link().isClosed()).isTrue();
    }

    @Test
    void anArgumentThatCannotBeMadeClosesTheLink() {
        assertThatExceptionOfType(Exception.class).isThrownBy(() -> invoke("wrongType", new Order(1, claim)));
        assertThat(factory.info(claim.key()).orElseThrow().refcount()).isZero();
    }

    @Test
    void aFutureClosesTheLinkWhenItHasCompleted() throws Exception {
        CompletableFuture<?> result = (CompletableFuture<?>) Objects
                .requireNonNull(invoke("later", new Order(1, claim)));
        assertThat(listener.link().isClosed()).isFalse();
        listener.future.complete("done");
        assertThat(result.get()).isEqualTo("done");
        assertThat(listener.link().isClosed()).isTrue();
    }

    @Test
    void aFutureThatFailsClosesTheLink() throws Exception {
        CompletableFuture<?> result = (CompletableFuture<?>) Objects
                .requireNonNull(invoke("later", new Order(1, claim)));
        listener.future.completeExceptionally(new IOException("later"));
        assertThat(result).failsWithin(Duration.ZERO).withThrowableThat().havingCause().withMessage("later");
        assertThat(listener.link().isClosed()).isTrue();
    }

    @Test
    void aMonoClosesTheLinkWhenItHasCompletedOrIsCancelled() throws Exception {
        Mono<?> result = (Mono<?>) Objects.requireNonNull(invoke("mono", new Order(1, claim)));
        CompletableFuture<?> subscribed = result.toFuture();
        assertThat(listener.link().isClosed()).isFalse();
        listener.sink.tryEmitValue("done");
        assertThat(subscribed.get()).isEqualTo("done");
        assertThat(listener.link().isClosed()).isTrue();

        Mono<?> cancelled = (Mono<?>) Objects.requireNonNull(invoke("never", new Order(2, claim)));
        cancelled.subscribe().dispose();
        assertThat(listener.link().isClosed()).isTrue();
    }

    @Test
    void aFutureIsAwaitedWhereTheContainerWouldNot() throws Exception {
        assertThat(await("completed", new Order(1, claim))).isEqualTo("payload");
        assertThat(listener.link().isClosed()).isTrue();
        assertThat(await("completedMono", new Order(1, claim))).isEqualTo("payload");
        assertThat(listener.link().isClosed()).isTrue();
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> await("failed", new Order(1, claim)))
                .withMessage("later");
        assertThat(listener.link().isClosed()).isTrue();
    }

    @Test
    void anInterruptEndsTheWaitAndTheLinkStaysOpenUntilTheFutureHasCompleted() throws Exception {
        try (var executor = Executors.newSingleThreadExecutor()) {
            Future<?> waiting = executor.submit(() -> await("later", new Order(1, claim)));
            listener.called.get();
            executor.shutdownNow();
            assertThat(waiting).failsWithin(Duration.ofSeconds(10)).withThrowableThat()
                    .withCauseInstanceOf(InterruptedException.class);
        }
        assertThat(listener.link().isClosed()).isFalse();
        listener.future.complete("late");
        assertThat(listener.link().isClosed()).isTrue();
    }

    @Test
    void whatNoRetryCuresIsAnArgumentThatCannotBeResolved() {
        assertThatExceptionOfType(ClaimArgumentException.class).isThrownBy(() -> invoke("readAny", "ipc1.forged"))
                .withCauseInstanceOf(InvalidClaimException.class).withMessageContaining("index 0");
        claims.settle(claim);
        assertThatExceptionOfType(ClaimArgumentException.class).isThrownBy(() -> invoke("read", new Order(1, claim)))
                .withCauseInstanceOf(ClaimGoneException.class);
        assertThat(listener.calls).isEmpty();
    }

    @Test
    void theTextOfAClaimIsNotInTheFailure() {
        claims.settle(claim);
        assertThatExceptionOfType(ClaimArgumentException.class).isThrownBy(() -> invoke("readAny", claim.toText()))
                .satisfies(failure -> assertThat(failure.toString()).doesNotContain(claim.toText()));
    }

    @Test
    void whatARetryMayCureIsThrownAsItIs() {
        Claim far = new Claim(new SpaceId("0".repeat(32)), claim.key(),
                ResourceKind.SHARED_MEMORY, claim.nonce(), claim.length(), claim.expiresAt(), List.of());
        assertThatExceptionOfType(ClaimUnavailableException.class).isThrownBy(() -> invoke("read", new Order(1, far)));
    }

    @Test
    void aMessageWithoutAClaimFailsForGood() {
        assertThatExceptionOfType(ClaimArgumentException.class).isThrownBy(() -> invoke("read", new Order(1, null)))
                .withMessageContaining("is null");
        assertThatExceptionOfType(ClaimArgumentException.class).isThrownBy(() -> invoke("readAny", 42))
                .withMessageContaining("java.lang.Integer, which has no component of the type");
        assertThatExceptionOfType(ClaimArgumentException.class).isThrownBy(() -> invoke("readAny", List.of(claim)))
                .withMessageContaining("a batch of messages");
        assertThatExceptionOfType(ClaimArgumentException.class)
                .isThrownBy(() -> invoke("readAny", new TwoClaims(claim, claim)))
                .withMessageContaining("@OpenClaim must name one");
    }

    @Test
    void otherMethodsAreThoseOfTheOtherFactory() {
        assertThat(made("plain", AsyncReturn.PASS)).isNotInstanceOf(ClaimHandlerMethod.class);
        assertThat(made("read", AsyncReturn.PASS)).isInstanceOf(ClaimHandlerMethod.class);
    }

    @ParameterizedTest
    @ValueSource(strings = { "twoLinks", "wrongParameter", "batch", "anyObject", "secondLink", "flux", "stage",
        "plainFuture" })
    void whatCannotWorkIsRefusedInOneSentence(String method) {
        assertThatExceptionOfType(InvalidClaimListenerException.class)
                .isThrownBy(() -> made(method, AsyncReturn.PASS))
                .satisfies(refused -> {
                    assertThat(refused.declaration()).contains(method).endsWith(".").doesNotContain(". ");
                    assertThat(refused.action()).endsWith(".").doesNotContain(". ");
                });
    }

    @Test
    void aBatchIsAdvisedToUseClaims() {
        assertThatExceptionOfType(InvalidClaimListenerException.class).isThrownBy(() -> made("batch", AsyncReturn.PASS))
                .withMessageContaining("a batch has more than one claim")
                .withMessageContaining("io.resourcelink.boot.claim.Claims in a try-with-resources statement");
    }

    @Test
    void aLinkWithoutClaimsIsRefused() {
        ClaimHandlerMethodFactory without = new ClaimHandlerMethodFactory(plainFactory(), () -> null, AsyncReturn.PASS);
        assertThatExceptionOfType(InvalidClaimListenerException.class)
                .isThrownBy(() -> without.createInvocableHandlerMethod(listener, method("read")))
                .withMessageContaining("ipc.enabled");
        assertThatCode(() -> without.createInvocableHandlerMethod(listener, method("plain")))
                .doesNotThrowAnyException();
    }

    private @Nullable Object invoke(String method, Object payload) throws Exception {
        return made(method, AsyncReturn.PASS).invoke(new GenericMessage<>(payload));
    }

    private @Nullable Object await(String method, Object payload) throws Exception {
        return made(method, AsyncReturn.AWAIT).invoke(new GenericMessage<>(payload));
    }

    private InvocableHandlerMethod made(String method, AsyncReturn async) {
        return new ClaimHandlerMethodFactory(plainFactory(), () -> claims, async).createInvocableHandlerMethod(listener,
                method(method));
    }

    private static DefaultMessageHandlerMethodFactory plainFactory() {
        DefaultMessageHandlerMethodFactory plain = new DefaultMessageHandlerMethodFactory();
        plain.afterPropertiesSet();
        return plain;
    }

    private static Method method(String name) {
        return Arrays.stream(ReflectionUtils.getDeclaredMethods(Listener.class))
                .filter(method -> method.getName().equals(name)).findFirst().orElseThrow();
    }

    record Order(int number, @Nullable Claim scan) {}

    record TwoClaims(@Nullable Claim scan, @Nullable Claim preview) {}

    /** A class with getters. */
    public static final class OrderBean {

        private final Claim scan;

        OrderBean(Claim scan) {
            this.scan = scan;
        }

        public Claim getScan() {
            return scan;
        }
    }

    @SuppressWarnings("unused")
    static final class Listener {

        final List<ResourceLink> calls = new ArrayList<>();
        final CompletableFuture<ResourceLink> called = new CompletableFuture<>();
        final CompletableFuture<String> future = new CompletableFuture<>();
        final Sinks.One<String> sink = Sinks.one();

        ResourceLink link() {
            return calls.getLast();
        }

        private String content(ResourceLink link) {
            calls.add(link);
            called.complete(link);
            return new String(link.readPayload(0, (int) link.payloadSize()), StandardCharsets.UTF_8);
        }

        String read(Order order, @OpenClaim ResourceLink link) {
            return content(link) + " of order " + order.number();
        }

        String readAny(@OpenClaim ResourceLink link) {
            return content(link);
        }

        String readNamed(TwoClaims claims, @OpenClaim("scan") ResourceLink link) {
            return content(link);
        }

        void plain(Order order) {}

        void fail(Order order, @OpenClaim ResourceLink link) throws IOException {
            content(link);
            throw new IOException("listener");
        }

        void error(Order order, @OpenClaim ResourceLink link) {
            content(link);
            throw new StackOverflowError();
        }

        void wrongType(TwoClaims other, @OpenClaim ResourceLink link) {}

        CompletableFuture<String> later(Order order, @OpenClaim ResourceLink link) {
            content(link);
            return future;
        }

        CompletableFuture<String> completed(Order order, @OpenClaim ResourceLink link) {
            return CompletableFuture.completedFuture(content(link));
        }

        CompletableFuture<String> failed(Order order, @OpenClaim ResourceLink link) {
            content(link);
            return CompletableFuture.failedFuture(new IOException("later"));
        }

        Mono<String> mono(Order order, @OpenClaim ResourceLink link) {
            content(link);
            return sink.asMono();
        }

        Mono<String> never(Order order, @OpenClaim ResourceLink link) {
            content(link);
            return Mono.never();
        }

        Mono<String> completedMono(Order order, @OpenClaim ResourceLink link) {
            return Mono.fromSupplier(() -> content(link));
        }

        void twoLinks(@OpenClaim("scan") ResourceLink scan, @OpenClaim("preview") ResourceLink preview) {}

        void wrongParameter(Order order, @OpenClaim MemorySegment memory) {}

        void batch(List<Order> orders, @OpenClaim ResourceLink link) {}

        void anyObject(Object order, @OpenClaim ResourceLink link) {}

        void secondLink(ResourceLink order, @OpenClaim ResourceLink link) {}

        Flux<String> flux(Order order, @OpenClaim ResourceLink link) {
            return Flux.empty();
        }

        CompletionStage<String> stage(Order order, @OpenClaim ResourceLink link) {
            return future;
        }

        Future<String> plainFuture(Order order, @OpenClaim ResourceLink link) {
            return future;
        }
    }
}
