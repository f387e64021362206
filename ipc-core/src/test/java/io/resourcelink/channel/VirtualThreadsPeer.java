package io.resourcelink.channel;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.resourcelink.error.DisconnectedException;

/**
 * A process in which many virtual threads wait, each for messages of its own, which it answers; it ends when nobody can
 * send to them any more. Arguments: the channels' directory, a server's name, how many threads.
 */
final class VirtualThreadsPeer {

    /** What the other side gets: a sender to each thread, and the receiver of answers to be sent back. */
    record Greeting(List<SubSender<Integer>> threads, SubSender<SubSender<Integer>> answers) {}

    private VirtualThreadsPeer() {}

    public static void main(String[] arguments) throws Exception {
        int count = Integer.parseInt(arguments[2]);
        try (Channel channel = Channel.builder().directory(Path.of(arguments[0])).open();
                SubSender<Greeting> greetings = channel.connect(arguments[1], Greeting.class);
                Subchannel<SubSender<Integer>> backs = channel.subchannel(new MessageType<SubSender<Integer>>() {
                })) {
            List<Subchannel<Integer>> subchannels = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                subchannels.add(channel.subchannel(Integer.class));
            }
            greetings.send(new Greeting(subchannels.stream().map(Subchannel::sender).toList(), backs.sender()));
            subchannels.forEach(subchannel -> subchannel.sender().close());
            try (SubSender<Integer> answers = backs.receiver().receive()) {
                List<Thread> threads = subchannels.stream()
                        .map(subchannel -> Thread.startVirtualThread(() -> answer(subchannel.receiver(), answers)))
                        .toList();
                for (Thread thread : threads) {
                    thread.join();
                }
            }
        }
    }

    private static void answer(SubReceiver<Integer> receiver, SubSender<Integer> answers) {
        try (receiver) {
            for (;;) {
                answers.send(receiver.receive());
            }
        } catch (DisconnectedException _) {
            // The other side has what it wanted.
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
