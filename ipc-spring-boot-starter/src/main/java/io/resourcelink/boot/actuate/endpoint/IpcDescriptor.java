package io.resourcelink.boot.actuate.endpoint;

import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;

import io.resourcelink.boot.collector.CollectorStatus;

/**
 * Description of all there is.
 *
 * @param directory the directory of the factory's default kind
 * @param capacity room on its file system
 * @param directories the directories that are in use, that of the default kind first
 * @param collector what the collector has done so far, or {@code null} if orphans are not collected here
 * @param total how many live segments there are
 * @param matching how many of them were asked for
 * @param shown how many of these are shown
 * @param segments those, of both kinds, sorted by key
 */
public record IpcDescriptor(String directory, CapacityDescriptor capacity, List<DirectoryDescriptor> directories,
        @Nullable CollectorStatus collector, int total, int matching, int shown, List<SegmentDescriptor> segments)
        implements
            OperationResponseBody {}
