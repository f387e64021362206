package io.resourcelink.benchmark.channel;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.FutureTask;

/** The other process of a comparison: receives and answers what its standard input announces, a line for each run. */
final class ComparisonPeer {

    private ComparisonPeer() {}

    /** Arguments: the channels' directory, the name to connect to, the socket's path. */
    public static void main(String[] arguments) throws Exception {
        try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
                Transport channel = ChannelTransport.connect(ChannelTransport.open(Path.of(arguments[0])),
                        arguments[1]);
                Transport socket = new SocketTransport(
                        SocketChannel.open(UnixDomainSocketAddress.of(arguments[2])))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String[] words = line.split(" ");
                serve(words[0].equals("channel") ? channel : socket, Workload.parse(Arrays.copyOfRange(words, 1, 5)),
                        Integer.parseInt(words[5]), Boolean.parseBoolean(words[6]));
            }
        }
    }

    private static void serve(Transport transport, Workload workload, int count, boolean each) throws Exception {
        if (!workload.virtual()) {
            transport.serve(workload, count, each);
            return;
        }
        FutureTask<Void> served = new FutureTask<>(() -> {
            transport.serve(workload, count, each);
            return null;
        });
        Thread.ofVirtual().start(served);
        served.get();
    }

    /** The line that announces a run. */
    static String command(boolean channel, Workload workload, int count, boolean each) {
        return (channel ? "channel " : "socket ") + workload.command() + " " + count + " " + each + "\n";
    }
}
