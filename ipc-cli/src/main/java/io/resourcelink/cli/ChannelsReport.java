package io.resourcelink.cli;

import java.nio.file.Path;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;

import tools.jackson.core.JsonGenerator;

import io.resourcelink.channel.ChannelInfo;

/** What {@code ipc channels} found, in both formats. The names in JSON stand in the command's help. */
final class ChannelsReport {

    private static final String NONE = "-";

    private ChannelsReport() {}

    static String text(List<ChannelInfo> channels) {
        var table = new TextTable().left("DESTINATION").left("KIND").right("PROCESS").left("NAME").left("SINCE");
        for (ChannelInfo channel : channels) {
            table.row(channel.destination() == null ? NONE : PrintableText.of(channel.destination()),
                    kind(channel, NONE), process(channel),
                    channel.process().isEmpty() ? NONE : PrintableText.of(channel.process()),
                    channel.since().truncatedTo(ChronoUnit.SECONDS).toString());
        }
        return channels.isEmpty() ? "" : table.toString();
    }

    private static String kind(ChannelInfo channel, String none) {
        return channel.kind() == null ? none : channel.kind().name().toLowerCase(Locale.ROOT);
    }

    private static String process(ChannelInfo channel) {
        if (!channel.alive()) {
            return "dead";
        }
        return channel.pid() == 0 ? NONE : Long.toString(channel.pid());
    }

    static void write(JsonGenerator json, Path directory, List<ChannelInfo> channels) {
        json.writeStringProperty("directory", directory.toString());
        json.writeArrayPropertyStart("channels");
        for (ChannelInfo channel : channels) {
            json.writeStartObject();
            if (channel.destination() == null) {
                json.writeNullProperty("destination");
            } else {
                json.writeStringProperty("destination", channel.destination());
            }
            if (channel.kind() == null) {
                json.writeNullProperty("kind");
            } else {
                json.writeStringProperty("kind", kind(channel, NONE));
            }
            json.writeStringProperty("address", channel.address());
            json.writeBooleanProperty("alive", channel.alive());
            if (channel.pid() == 0) {
                json.writeNullProperty("pid");
                json.writeNullProperty("name");
            } else {
                json.writeNumberProperty("pid", channel.pid());
                json.writeStringProperty("name", channel.process());
            }
            json.writeStringProperty("since", channel.since().toString());
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
