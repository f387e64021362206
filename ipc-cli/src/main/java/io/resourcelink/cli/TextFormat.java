package io.resourcelink.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.resourcelink.channel.ChannelInfo;
import io.resourcelink.cli.Holdings.Holding;
import io.resourcelink.segment.OrphanReport;
import io.resourcelink.segment.ResourceLinkInfo;

/** Results for people: aligned, with sizes and ages in readable units, and keys that cannot upset a terminal. */
final class TextFormat implements ReportFormat {

    /** Stands where there is nothing to say, so that every line has every column. */
    static final String NONE = "-";

    @Override
    public String segments(List<ResourceLinkInfo> segments) {
        var table = new TextTable().left("KEY").left("KIND").right("REFCOUNT").right("HEADER-COUNT").right("AGE")
                .right("TTL").left("EXPIRED").right("SIZE");
        for (ResourceLinkInfo segment : segments) {
            table.row(PrintableText.of(segment.key()), segment.kind().label(), Long.toString(segment.refcount()),
                    Long.toString(segment.headerCount()), TimeSpan.format(segment.age()), span(segment.ttl()),
                    yesOrNo(segment.expired()),
                    ByteSize.format(segment.size()));
        }
        return segments.isEmpty() ? "" : table.toString();
    }

    @Override
    public String segment(Holdings holdings) {
        Holding holding = holdings.segments().getFirst();
        ResourceLinkInfo segment = holding.segment();
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("key", PrintableText.of(segment.key()));
        properties.put("kind", segment.kind().label());
        properties.put("refcount", Long.toString(segment.refcount()));
        properties.put("header count", Long.toString(segment.headerCount()));
        properties.put("age", TimeSpan.format(segment.age()));
        properties.put("ttl", span(segment.ttl()));
        properties.put("expires at", Objects.toString(segment.expiresAt(), NONE));
        properties.put("expired", yesOrNo(segment.expired()));
        properties.put("size", size(segment.size()));
        properties.put("payload size", size(segment.payloadSize()));
        properties.put("created at", segment.createdAt().toString());
        properties.put("state", JsonFormat.label(segment.state()));
        properties.put("keep", yesOrNo(segment.keep()));
        properties.put("layout", Integer.toString(segment.layout()));
        properties.put("nonce", nonce(segment.nonce()));
        properties.put("creator pid", segment.creatorPid() == 0 ? NONE : Long.toString(segment.creatorPid()));
        properties.put("held by", ExaminationText.holders(holding.holders()) + unreadable(holdings.unreadable()));
        return properties(properties);
    }

    /** {@return one property a line} */
    static String properties(Map<String, String> properties) {
        var text = new StringBuilder();
        properties.forEach((name, value) -> text.append(String.format("%-14s%s\n", name + ":", value)));
        return text.toString();
    }

    private static String unreadable(int processes) {
        return processes == 0
                ? ""
                : "; " + processes + (processes == 1 ? " process" : " processes") + " could not be looked into";
    }

    @Override
    public String channels(Path directory, List<ChannelInfo> channels) {
        return ChannelsReport.text(channels);
    }

    @Override
    public String event(String event, ResourceLinkInfo segment) {
        return event + " " + PrintableText.of(segment.key()) + " kind=" + segment.kind().label() + " refcount="
                + segment.refcount() + " payloadSize=" + segment.payloadSize() + " ttl=" + span(segment.ttl()) + "\n";
    }

    @Override
    public String collection(OrphanReport report, boolean dryRun) {
        var table = new TextTable().left("RESULT").left("KEY").left("KIND").left("WHY").right("SIZE").left("DETAIL");
        for (OrphanReport.Collected collected : report.collected()) {
            table.row(dryRun ? "orphan" : "collected", PrintableText.of(collected.key()), collected.kind().label(),
                    JsonFormat.label(collected.reason()), ByteSize.format(collected.bytes()), NONE);
        }
        for (OrphanReport.Skipped skipped : report.skipped()) {
            table.row("skipped", PrintableText.of(skipped.key()), skipped.kind().label(),
                    JsonFormat.label(skipped.cause()), NONE,
                    skipped.detail().isEmpty() ? NONE : PrintableText.of(skipped.detail()));
        }
        boolean nothing = report.collected().isEmpty() && report.skipped().isEmpty();
        return (nothing ? "" : table) + String.format("%d %s, %s %s, %d skipped\n", report.collected().size(),
                dryRun ? "to collect" : "collected", ByteSize.format(report.bytes()), dryRun ? "to free" : "freed",
                report.skipped().size());
    }

    @Override
    public String claims(List<ShownClaim> claims) {
        return ClaimReport.text(claims);
    }

    @Override
    public String examination(Examination examination) {
        return ExaminationText.of(examination);
    }

    private static String span(@Nullable Duration span) {
        return span == null ? NONE : TimeSpan.format(span);
    }

    static String yesOrNo(boolean value) {
        return value ? "yes" : "no";
    }

    /** {@return a nonce as every output and the texts of claims have it} */
    static String nonce(long nonce) {
        return HexFormat.of().toHexDigits(nonce);
    }

    static String size(long bytes) {
        return bytes < 1024 ? Long.toString(bytes) : bytes + " (" + ByteSize.format(bytes) + ")";
    }
}
