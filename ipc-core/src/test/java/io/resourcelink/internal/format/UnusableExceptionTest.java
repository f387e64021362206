package io.resourcelink.internal.format;

import org.junit.jupiter.api.Test;

import io.resourcelink.error.InvalidSegmentException;
import io.resourcelink.error.PermissionException;
import io.resourcelink.error.SegmentBusyException;
import io.resourcelink.segment.OrphanReport.Cause;

import static org.assertj.core.api.Assertions.assertThat;

class UnusableExceptionTest {

    private final InternalError fault = new InternalError("a fault");

    @Test
    void whatIsNoSegmentIsReportedWithItsKeyAndWhatWasFound() {
        UnusableException exception = UnusableException.invalid("layout 7", "0 or 1");
        assertThat(exception.reason()).isEqualTo(Cause.INVALID);
        assertThat(exception.found()).isEqualTo("layout 7");
        assertThat(exception).hasMessage("layout 7");
        assertThat(exception.forKey("frame")).isInstanceOf(InvalidSegmentException.class)
                .hasMessageContainingAll("\"frame\"", "found layout 7, expected 0 or 1");
    }

    @Test
    void whatBelongsToOthersIsReportedWithAWayToTrustThem() {
        UnusableException exception = UnusableException.foreign("owner 7", "owner 8");
        assertThat(exception.reason()).isEqualTo(Cause.FOREIGN);
        assertThat(exception.forKey("frame")).isInstanceOf(PermissionException.class)
                .hasMessageContainingAll("segment \"frame\"", "found owner 7, expected owner 8", "ipc.trusted-owners");
    }

    @Test
    void whatIsBusyIsReportedSo() {
        assertThat(new UnusableException(Cause.BUSY, "it changes", "nothing").forKey("frame"))
                .isInstanceOf(SegmentBusyException.class).hasMessageContainingAll("\"frame\"", "it changes");
    }

    /** It is thrown for each bad file of a sweep. */
    @Test
    void itHasNoTraceOfTheStack() {
        assertThat(UnusableException.invalid("a", "b").getStackTrace()).isEmpty();
    }

    @Test
    void anAccessToATruncatedFileNamesTheSegmentAndKeepsTheFault() {
        assertThat(UnusableException.truncated("frame", 1064, fault)).hasCause(fault)
                .hasMessageContainingAll("truncated the file of segment \"frame\"", "1064 bytes");
        assertThat(UnusableException.truncatedWhileFilled("frame", fault)).hasCause(fault)
                .hasMessageContainingAll("\"frame\" was not published", "while it was being filled");
    }
}
