package io.resourcelink.sample.studio;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.resourcelink.boot.actuate.endpoint.ChannelsDescriptor;
import io.resourcelink.boot.collector.CollectorStatus;
import io.resourcelink.sample.hosts.HostView;
import io.resourcelink.segment.RecyclingStatistics;

/**
 * All that the page shows and that changes by itself, at one moment.
 *
 * @param generator the thirty frames a second
 * @param workers the worker processes
 * @param thumbnail number of the latest small picture
 * @param frame key of the frame that the small picture is of
 * @param colours counts of red, green and blue
 * @param memory the directory and its segments
 * @param collector what it has done last
 * @param pool memory that is filled again
 * @param channels destinations, topics and listeners of the studio
 * @param comparison the last measurement
 * @param journal what has happened, the latest first
 * @param arrivals what came from another host, {@code null} where frames are drawn
 * @param hosts the near and the far host, {@code null} without the profile {@code two-hosts}
 * @param frames how many uploaded pictures there are, and a number that changes with them
 */
@SuppressWarnings("ArrayRecordComponent")
record StudioState(Generator.Figures generator, List<WorkerView> workers, long thumbnail, String frame, int[][] colours,
        Memory memory, CollectorStatus collector, RecyclingStatistics pool, @Nullable ChannelsDescriptor channels,
        Comparison.@Nullable Result comparison, List<Journal.Entry> journal,
        OtherHost.@Nullable Arrivals arrivals, @Nullable List<HostView> hosts, long frames) {

    /**
     * A worker process.
     *
     * @param answered frames to which its replies have come
     * @param silent milliseconds since it last said that it is alive
     */
    record WorkerView(long pid, Worker.State state, long answered, long silent) {}

    /**
     * The directory.
     *
     * @param directory its path
     * @param total bytes of the file system
     * @param free bytes that a new segment may take
     * @param count segments in all
     * @param segments some of them: those that stay come first
     */
    record Memory(String directory, long total, long free, int count, List<SegmentView> segments) {}

    /**
     * A segment.
     *
     * @param refcount references, as the kernel counts them
     * @param holders processes of this studio that have some of them
     * @param age milliseconds since its time to live began
     * @param ttl milliseconds that it may live, 0 for any time
     * @param held whether a person has asked to hold it
     * @param keep whether it stays without a holder until its time is over
     */
    record SegmentView(String key, long size, long refcount, List<Holders.Holder> holders, long age, long ttl,
            boolean held, boolean keep) {}
}
