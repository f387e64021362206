package io.resourcelink.cli;

import java.nio.file.Path;
import java.util.List;

import io.resourcelink.channel.ChannelInfo;
import io.resourcelink.segment.OrphanReport;
import io.resourcelink.segment.ResourceLinkInfo;

/** How results are written down: for people, or as one JSON document. Each document ends with a line end. */
interface ReportFormat {

    /** {@return all segments, in the order given} */
    String segments(List<ResourceLinkInfo> segments);

    /**
     * {@return one segment, in full}
     *
     * @param holdings the segment, and the processes that hold it
     */
    String segment(Holdings holdings);

    /**
     * {@return the channels of a directory}
     *
     * @param directory the directory
     * @param channels what is there
     */
    String channels(Path directory, List<ChannelInfo> channels);

    /**
     * {@return one line that says what has happened to a segment}
     *
     * @param event {@code created} or {@code acquired}
     * @param segment its state since
     */
    String event(String event, ResourceLinkInfo segment);

    /**
     * {@return what a collection did}
     *
     * @param report its report
     * @param dryRun whether it only says what would have been done
     */
    String collection(OrphanReport report, boolean dryRun);

    /** {@return what claims say} */
    String claims(List<ShownClaim> claims);

    /** {@return what {@code doctor} found} */
    String examination(Examination examination);
}
