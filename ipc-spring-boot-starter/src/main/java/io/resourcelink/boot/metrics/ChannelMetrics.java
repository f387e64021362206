package io.resourcelink.boot.metrics;

import java.util.function.ToDoubleFunction;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

import io.resourcelink.channel.Channel;
import io.resourcelink.channel.ChannelStatistics;

/** Meters of what a channel has sent and received, and of what waits there. Reading a meter makes no system call. */
public final class ChannelMetrics implements MeterBinder {

    private static final String DIRECTION = "direction";
    private static final String SENT = "sent";
    private static final String RECEIVED = "received";

    private final Channel channel;

    /**
     * Creates the meters of a channel.
     *
     * @param channel the channel; the caller closes it
     */
    public ChannelMetrics(Channel channel) {
        this.channel = channel;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Counting counting = new Counting(registry, channel);
        counting.both("ipc.channel.messages", "Messages of this process", ChannelStatistics::messagesSent,
                ChannelStatistics::messagesReceived);
        counting.both("ipc.channel.bytes", "Size of those messages, encoded", ChannelStatistics::bytesSent,
                ChannelStatistics::bytesReceived);
        counting.both("ipc.channel.attachments", "Regions, links and senders in those messages",
                ChannelStatistics::attachmentsSent, ChannelStatistics::attachmentsReceived);
        published(registry, "reached", ChannelStatistics::reached);
        published(registry, "dropped", ChannelStatistics::dropped);
        FunctionCounter.builder("ipc.channel.unhandled", channel, value(ChannelStatistics::unhandled))
                .description("Messages of this process that their receiver has not handled").register(registry);
        FunctionCounter.builder("ipc.channel.disconnects", channel, value(ChannelStatistics::disconnects))
                .description("Connections to other processes that have ended").register(registry);
        FunctionCounter.builder("ipc.channel.failures", channel, value(ChannelStatistics::failures))
                .description("Failures on the channel's own threads, which continue").register(registry);
        counting.now("ipc.channel.connections", "Connections to other processes", ChannelStatistics::connections);
        counting.now("ipc.channel.subchannels", "Receivers that are open", ChannelStatistics::subchannels);
        counting.now("ipc.channel.queued", "Messages that are not received yet", ChannelStatistics::queued);
    }

    private void published(MeterRegistry registry, String outcome, ToDoubleFunction<ChannelStatistics> part) {
        FunctionCounter.builder("ipc.channel.published", channel, value(part))
                .description("Published messages, one for each subscriber that they have reached, or were dropped for")
                .tag("outcome", outcome).register(registry);
    }

    private static ToDoubleFunction<Channel> value(ToDoubleFunction<ChannelStatistics> part) {
        return channel -> part.applyAsDouble(channel.statistics());
    }

    private record Counting(MeterRegistry registry, Channel channel) {

        void both(String name, String description, ToDoubleFunction<ChannelStatistics> sent,
                ToDoubleFunction<ChannelStatistics> received) {
            FunctionCounter.builder(name, channel, value(sent)).description(description).tag(DIRECTION, SENT)
                    .register(registry);
            FunctionCounter.builder(name, channel, value(received)).description(description).tag(DIRECTION, RECEIVED)
                    .register(registry);
        }

        void now(String name, String description, ToDoubleFunction<ChannelStatistics> part) {
            Gauge.builder(name, channel, value(part)).description(description).register(registry);
        }
    }
}
