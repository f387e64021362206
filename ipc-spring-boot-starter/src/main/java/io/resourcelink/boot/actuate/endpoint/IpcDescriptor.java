package io.resourcelink.boot.actuate.endpoint;

import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;

import io.resourcelink.boot.collector.CollectorStatus;

/**
 * Description of the segments, their directories, the collector and the channels.
 *
 * @param directory the directory of the factory's default kind
 * @param capacity space on its file system
 * @param directories the directories that are in use, beginning with that of the default kind
 * @param collector what the collector has done so far, or {@code null} if this application does not collect orphans
 * @param channels what this application receives and sends, or {@code null} if it cannot send messages
 * @param total number of live segments
 * @param matching number of live segments that match the request
 * @param shown number of segments in this description
 * @param segments segments of both kinds, sorted by key
 */
public record IpcDescriptor(String directory, CapacityDescriptor capacity, List<DirectoryDescriptor> directories,
        @Nullable CollectorStatus collector, @Nullable ChannelsDescriptor channels, int total, int matching, int shown,
        List<SegmentDescriptor> segments)
        implements
            OperationResponseBody {}
