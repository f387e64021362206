package io.resourcelink.boot.actuate.endpoint;

import java.util.List;
import java.util.Locale;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;

import io.resourcelink.segment.OrphanReport;

/**
 * Description of one collection.
 *
 * @param bytes number of bytes that it freed, including headers
 * @param collected segments that it removed
 * @param skipped segments and files that it did not remove
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
     * @param key its key
     * @param kind its kind, such as {@code shared-memory}
     * @param reason why it was an orphan, such as {@code unreferenced}
     * @param bytes number of bytes that were freed, including the header
     */
    public record CollectedDescriptor(String key, String kind, String reason, long bytes) {}

    /**
     * Description of a segment or file that was not removed.
     *
     * @param key its key
     * @param kind the kind of its directory, such as {@code shared-memory}
     * @param cause why it was not removed, such as {@code held}
     * @param detail one sentence for people, empty if the cause says everything
     */
    public record SkippedDescriptor(String key, String kind, String cause, String detail) {}
}
