package io.resourcelink.cli;

import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

import io.resourcelink.channel.ChannelInfo;
import io.resourcelink.cli.Holdings.Holding;
import io.resourcelink.segment.OrphanReport;
import io.resourcelink.segment.ResourceLinkInfo;

/**
 * Results for programs: one JSON object on one line. Names and their order are part of the command's contract. Sizes
 * are bytes, times are milliseconds, what is unknown or unlimited is {@code null} and never left out.
 */
final class JsonFormat implements ReportFormat {

    @Override
    public String segments(List<ResourceLinkInfo> segments) {
        return document(json -> {
            json.writeArrayPropertyStart("segments");
            for (ResourceLinkInfo segment : segments) {
                json.writeStartObject();
                write(json, segment);
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }

    @Override
    public String segment(Holdings holdings) {
        return document(json -> {
            Holding holding = holdings.segments().getFirst();
            write(json, holding.segment());
            json.writeStringProperty("nonce", TextFormat.nonce(holding.segment().nonce()));
            ExaminationJson.writeHolders(json, holding.holders());
            json.writeNumberProperty("unreadableProcesses", holdings.unreadable());
        });
    }

    @Override
    public String channels(Path directory, List<ChannelInfo> channels) {
        return document(json -> ChannelsReport.write(json, directory, channels));
    }

    @Override
    public String event(String event, ResourceLinkInfo segment) {
        return document(json -> {
            json.writeStringProperty("event", event);
            write(json, segment);
        });
    }

    @Override
    public String collection(OrphanReport report, boolean dryRun) {
        return document(json -> {
            json.writeArrayPropertyStart("collected");
            for (OrphanReport.Collected collected : report.collected()) {
                json.writeStartObject();
                json.writeStringProperty("key", collected.key());
                json.writeStringProperty("kind", collected.kind().label());
                json.writeStringProperty("reason", label(collected.reason()));
                json.writeNumberProperty("bytes", collected.bytes());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeArrayPropertyStart("skipped");
            for (OrphanReport.Skipped skipped : report.skipped()) {
                json.writeStartObject();
                json.writeStringProperty("key", skipped.key());
                json.writeStringProperty("kind", skipped.kind().label());
                json.writeStringProperty("cause", label(skipped.cause()));
                json.writeStringProperty("detail", skipped.detail());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeNumberProperty("bytes", report.bytes());
            json.writeBooleanProperty("dryRun", dryRun);
        });
    }

    @Override
    public String claims(List<ShownClaim> claims) {
        return document(json -> ClaimReport.write(json, claims));
    }

    @Override
    public String examination(Examination examination) {
        return document(json -> new ExaminationJson(json).write(examination));
    }

    private static void write(JsonGenerator json, ResourceLinkInfo segment) {
        Duration ttl = segment.ttl();
        json.writeStringProperty("key", segment.key());
        json.writeStringProperty("kind", segment.kind().label());
        json.writeNumberProperty("refcount", segment.refcount());
        json.writeNumberProperty("headerCount", segment.headerCount());
        json.writeNumberProperty("ageMillis", segment.age().toMillis());
        if (ttl == null) {
            json.writeNullProperty("ttlMillis");
        } else {
            json.writeNumberProperty("ttlMillis", ttl.toMillis());
        }
        json.writeBooleanProperty("expired", segment.expired());
        json.writeNumberProperty("size", segment.size());
        json.writeNumberProperty("payloadSize", segment.payloadSize());
        json.writeStringProperty("createdAt", segment.createdAt().toString());
        json.writeStringProperty("state", label(segment.state()));
        json.writeNumberProperty("layout", segment.layout());
    }

    /** {@return a constant's name as it is written in every output: lower case, with hyphens} */
    static String label(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String document(Consumer<JsonGenerator> content) {
        var text = new StringWriter();
        try (JsonGenerator json = JsonFactory.builder().build().createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            content.accept(json);
            json.writeEndObject();
        }
        return text.append('\n').toString();
    }
}
