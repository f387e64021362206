package io.resourcelink.boot.actuate.endpoint;

import java.util.List;
import java.util.Locale;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;

import io.resourcelink.segment.OrphanReport;

/**
 * Description of what one collection did.
 *
 * @param bytes what came back, headers included
 * @param collected segments that were removed
 * @param skipped what was looked at and left alone
 */
public record SweepDescriptor(long bytes, List<CollectedDescriptor> collected, List<SkippedDescriptor> skipped)
        implements
            OperationResponseBody {

    static SweepDescriptor of(OrphanReport report) {
        return new SweepDescriptor(report.bytes(),
                report.collected().stream().map(orphan -> new CollectedDescriptor(orphan.key(), orphan.kind().label(),
                        label(orphan.reason()), orphan.bytes())).toList(),
                report.skipped().stream().map(left -> new SkippedDescriptor(left.key(), left.kind().label(),
                        label(left.cause()), left.detail())).toList());
    }

    private static String label(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * Description of a segment that was removed.
     *
     * @param key its name
     * @param kind where its bytes were, such as {@code shared-memory}
     * @param reason why it was an orphan, such as {@code unreferenced}
     * @param bytes what came back, header included
     */
    public record CollectedDescriptor(String key, String kind, String reason, long bytes) {}

    /**
     * Description of something that was left alone.
     *
     * @param key its name
     * @param kind which directory it is in, such as {@code shared-memory}
     * @param cause why it stays, such as {@code held}
     * @param detail one sentence for people, empty where the cause says all
     */
    public record SkippedDescriptor(String key, String kind, String cause, String detail) {}
}
