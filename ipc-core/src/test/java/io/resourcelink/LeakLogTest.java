package io.resourcelink;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.resourcelink.internal.work.Failures;

import static org.assertj.core.api.Assertions.assertThat;

class LeakLogTest {

    private static final Logger LOGGER = Logger.getLogger(ResourceLink.class.getName());

    private final List<String> logged = new ArrayList<>();
    private final List<String> told = new ArrayList<>();

    private final Handler handler = new Handler() {

        @Override
        public void publish(LogRecord entry) {
            logged.add(entry.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listen() {
        LOGGER.addHandler(handler);
        LOGGER.setUseParentHandlers(false);
    }

    @AfterEach
    void stopListening() {
        LOGGER.removeHandler(handler);
        LOGGER.setUseParentHandlers(true);
    }

    @Test
    void aLeakIsLoggedOnceWithoutListenersAndWithThem() {
        ResourceLinkListener listener = new ResourceLinkListener() {
            @Override
            public void leaked(String key, @Nullable Throwable acquired) {
                told.add(key);
            }
        };
        leak("alone");
        leak("heard", listener, listener);

        assertThat(logged).hasSize(2);
        assertThat(logged.get(0)).startsWith("A link to segment \"alone\" was never closed; it is closed now.");
        assertThat(logged.get(1)).contains("\"heard\"");
        assertThat(told).containsExactly("heard", "heard");
    }

    @Test
    void aListenerThatIsALeakLogTakesThePlaceOfTheDefault() {
        LeakLog own = (key, _) -> told.add(key);
        leak("elsewhere", own);

        assertThat(logged).isEmpty();
        assertThat(told).containsExactly("elsewhere");
    }

    @Test
    void aLeakLogThatFailsKeepsNoListenerFromBeingTold() {
        LeakLog failing = (_, _) -> {
            throw new IllegalStateException("full");
        };
        LeakLog own = (key, _) -> told.add(key);
        leak("anyway", failing, own);

        assertThat(told).containsExactly("anyway");
    }

    @Test
    void nothingIsMeasuredForALeakLogAlone() {
        assertThat(listeners((_, _) -> {}).begin()).isZero();
        assertThat(new Listeners(List.of(new ResourceLinkListener() {
        }), true, new Failures("A test")).begin()).isNotZero();
    }

    private static Listeners listeners(LeakLog log) {
        return new Listeners(List.of(log), true, new Failures("A test"));
    }

    private static void leak(String key, ResourceLinkListener... listeners) {
        new Listeners(List.of(listeners), true, new Failures("A test")).leaked(key, null);
    }
}
