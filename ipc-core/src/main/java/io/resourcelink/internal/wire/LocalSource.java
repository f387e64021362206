package io.resourcelink.internal.wire;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.DisconnectedException;
import io.resourcelink.error.IpcException;
import io.resourcelink.error.RequestException;
import io.resourcelink.error.RequestException.Reason;
import io.resourcelink.internal.wire.Frame.ReplyKind;
import io.resourcelink.internal.wire.SettledNumbers.Range;
import io.resourcelink.internal.work.Closing;

/** The senders of the receiver's own channel. Thread-safe. */
final class LocalSource extends Source {

    private final Window window;
    private final Map<Long, PendingRequest> requests = new ConcurrentHashMap<>();

    LocalSource(Inbox inbox, Window window) {
        super(inbox);
        this.window = window;
    }

    @Override
    String peer() {
        return "this process";
    }

    /** Keeps a request until it has its reply. */
    void add(long number, PendingRequest request) {
        requests.put(number, request);
    }

    /** Forgets a request, because nobody waits for its reply any more. */
    void cancel(long number) {
        requests.remove(number);
    }

    @Override
    boolean reply(long request, EncodedMessage reply, ReplyKind kind, long nanos) {
        if (isRefused(request) || !requests.containsKey(request)) {
            return false;
        }
        LocalContent content = LocalContent.of(reply);
        PendingRequest waiting = requests.remove(request);
        if (waiting == null) {
            content.discard();
            return false;
        }
        waiting.reply(kind, content);
        return true;
    }

    @Override
    void fail(long number, RequestException failure) {
        // One that counts as not handled fails as such when the receiver is closed.
        if (!isRefused(number)) {
            fail(requests.remove(number), () -> failure);
        }
    }

    private static void fail(@Nullable PendingRequest waiting, Supplier<? extends IpcException> failure) {
        if (waiting != null) {
            waiting.fail(failure);
        }
    }

    @Override
    void finished(long number, long memory, int messageDescriptors, boolean request) {
        window.add(1, memory, messageDescriptors);
    }

    @Override
    boolean stop() {
        window.end(Window.STOPPING);
        return false;
    }

    @Override
    boolean hasStopped() {
        return window.hasEnded();
    }

    @Override
    void receiverClosed(List<Range> unhandled) {
        refuse(unhandled);
        unhandled.forEach(range -> settle(range.first(), range.last()));
        requests.forEach((number, _) -> {
            if (isRefused(number)) {
                fail(requests.remove(number), () -> new RequestException(Reason.UNHANDLED, "", null,
                        "The receiver was closed before it had handled the request."));
            }
        });
    }

    /** The channel is closed: no request has a reply any more. */
    void channelClosed() {
        Closing closing = new Closing();
        requests.forEach((number, _) -> closing.run(() -> fail(requests.remove(number),
                () -> new DisconnectedException("Subchannel " + receiver().subchannel(), "its channel was closed."))));
        closing.end();
    }
}
