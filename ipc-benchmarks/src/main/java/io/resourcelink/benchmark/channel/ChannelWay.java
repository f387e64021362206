package io.resourcelink.benchmark.channel;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.jspecify.annotations.Nullable;

import io.resourcelink.benchmark.Mode;
import io.resourcelink.channel.Channel;
import io.resourcelink.channel.NamedServer;
import io.resourcelink.channel.SubReceiver;
import io.resourcelink.channel.SubSender;

/** Two named servers of two channels, one for each direction. */
record ChannelWay(Mode mode, Variant variant) implements Way {

    private static final String MESSAGES = "messages";
    private static final String ANSWERS = "answers";

    /** On a busy machine, a run must not end because of a process that waits for a processor. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Override
    public String label() {
        return variant.label();
    }

    @Override
    public boolean carries(Workload workload) {
        return variant.concerns(workload);
    }

    @Override
    public boolean returns() {
        return variant.threads() == 1;
    }

    private Channel open(Path directory) {
        return variant.channel(Channel.builder().directory(directory.resolve("channels")).spin(mode.spin())).open();
    }

    @Override
    public End call(Path directory, Workload workload) {
        return new Calling<>(open(directory), variant.parcel(workload),
                Parcel.answer(workload), variant.threads());
    }

    @Override
    public End answer(Path directory, Workload workload) throws InterruptedException {
        return new Answering<>(open(directory), variant.parcel(workload),
                Parcel.answer(workload));
    }

    private static <T> void send(@Nullable SubSender<T> sender, Parcel<T> parcel) throws InterruptedException {
        if (sender == null) {
            throw new IllegalStateException("Not connected.");
        }
        T message = parcel.make().get();
        sender.send(message);
        parcel.sent().accept(message);
    }

    private static final class Calling<T, A> implements End {

        private final Channel channel;
        private final Parcel<T> messages;
        private final Parcel<A> answers;
        private final NamedServer<A> server;
        private final SubReceiver<A> in;
        private final int threads;
        private final ExecutorService executor;
        private @Nullable SubSender<T> out;

        Calling(Channel channel, Parcel<T> messages, Parcel<A> answers, int threads) {
            this.channel = channel;
            this.messages = messages;
            this.answers = answers;
            this.server = channel.serve(ANSWERS, answers.type());
            this.in = server.receiver();
            this.threads = threads;
            this.executor = Executors.newFixedThreadPool(threads);
        }

        @Override
        public void connect() throws InterruptedException {
            out = channel.connect(MESSAGES, messages.type(), PATIENCE);
        }

        @Override
        public void send() throws InterruptedException {
            ChannelWay.send(out, messages);
        }

        @Override
        public void send(int count) throws Exception {
            if (threads == 1) {
                End.super.send(count);
                return;
            }
            List<Future<?>> senders = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                int share = count / threads + (thread < count % threads ? 1 : 0);
                senders.add(executor.submit(() -> {
                    End.super.send(share);
                    return null;
                }));
            }
            for (Future<?> sender : senders) {
                sender.get();
            }
        }

        @Override
        public void receive() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void answer() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void receiveAnswer() throws InterruptedException {
            answers.read().accept(in.receive());
        }

        @Override
        public void close() {
            executor.close();
            messages.close().run();
            server.close();
            channel.close();
        }
    }

    private static final class Answering<T, A> implements End {

        private final Channel channel;
        private final Parcel<T> messages;
        private final Parcel<A> answers;
        private final NamedServer<T> server;
        private final SubReceiver<T> in;
        private final SubSender<A> out;

        Answering(Channel channel, Parcel<T> messages, Parcel<A> answers) throws InterruptedException {
            this.channel = channel;
            this.messages = messages;
            this.answers = answers;
            this.server = channel.serve(MESSAGES, messages.type());
            this.in = server.receiver();
            this.out = channel.connect(ANSWERS, answers.type(), PATIENCE);
        }

        @Override
        public void send() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void receive() throws InterruptedException {
            messages.read().accept(in.receive());
        }

        @Override
        public void answer() throws InterruptedException {
            ChannelWay.send(out, answers);
        }

        @Override
        public void receiveAnswer() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {
            messages.close().run();
            server.close();
            channel.close();
        }
    }
}
