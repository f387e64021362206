package io.resourcelink.sample.studio;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.actuate.endpoint.IpcEndpoint;
import io.resourcelink.boot.collector.OrphanCollector;
import io.resourcelink.sample.hosts.ClaimedFrames;
import io.resourcelink.sample.studio.Holders.Holder;
import io.resourcelink.sample.studio.StudioState.Memory;
import io.resourcelink.sample.studio.StudioState.SegmentView;
import io.resourcelink.sample.studio.StudioState.WorkerView;
import io.resourcelink.segment.Capacity;
import io.resourcelink.segment.ResourceLinkInfo;

/** Looks at everything that the page shows. Looking takes no reference. All pages together look five times a second at most. */
@Component
final class Life {

    private static final int SHOWN = 14;
    private static final long FRESH_NANOS = 180_000_000;

    private final ResourceLinkFactory segments;
    private final OrphanCollector collector;
    private final IpcEndpoint endpoint;
    private final Generator generator;
    private final LiveView view;
    private final Workers workers;
    private final Holders holders;
    private final Holdings holdings;
    private final Comparison comparison;
    private final Journal journal;
    private final Gallery gallery;
    private final OtherHost otherHost;
    private final @Nullable ClaimedFrames hosts;
    private @Nullable StudioState last;
    private long lastLook;

    @SuppressWarnings("TooManyParameters")
    Life(ResourceLinkFactory segments, OrphanCollector collector, IpcEndpoint endpoint, Generator generator,
            LiveView view, Workers workers, Holders holders, Holdings holdings, Comparison comparison, Journal journal,
            Gallery gallery, OtherHost otherHost, ObjectProvider<ClaimedFrames> hosts) {
        this.segments = segments;
        this.collector = collector;
        this.endpoint = endpoint;
        this.generator = generator;
        this.view = view;
        this.workers = workers;
        this.holders = holders;
        this.holdings = holdings;
        this.comparison = comparison;
        this.journal = journal;
        this.gallery = gallery;
        this.otherHost = otherHost;
        this.hosts = hosts.getIfAvailable();
    }

    synchronized StudioState look() {
        StudioState present = last;
        if (present == null || System.nanoTime() - lastLook >= FRESH_NANOS) {
            present = state();
            last = present;
            lastLook = System.nanoTime();
        }
        return present;
    }

    private StudioState state() {
        LiveView.Thumbnail thumbnail = view.thumbnail();
        return new StudioState(generator.figures(),
                workers.all().stream()
                        .map(worker -> new WorkerView(worker.pid(), worker.state(), worker.answered(),
                                WorkerWatch.silence(worker).toMillis()))
                        .toList(),
                thumbnail.number(), thumbnail.key(), view.colours(), memory(), collector.status(),
                segments.recycling(), endpoint.ipc(null, null, 0).channels(), comparison.result(), journal.latest(),
                otherHost.arrivals(), hosts == null ? null : hosts.views(), gallery.version());
    }

    private Memory memory() {
        Capacity capacity = segments.capacity();
        List<ResourceLinkInfo> all = segments.list();
        Map<Long, List<Holder>> byInode = holders.byInode();
        Set<String> held = holdings.keys();
        List<SegmentView> shown = all.stream()
                .sorted(Comparator.<ResourceLinkInfo>comparingInt(info -> rank(info, held))
                        .thenComparing(ResourceLinkInfo::createdAt))
                .limit(SHOWN).map(info -> view(info, byInode, held)).toList();
        return new Memory(segments.directory().toString(), capacity.total(), capacity.free(), all.size(), shown);
    }

    /** Those that come and go with each frame are last. */
    private static int rank(ResourceLinkInfo info, Set<String> held) {
        boolean passing = (info.key().startsWith("live-") && !held.contains(info.key()))
                || info.key().startsWith("claim-");
        return passing ? 2 : info.key().startsWith("worker-") ? 1 : 0;
    }

    private SegmentView view(ResourceLinkInfo info, Map<Long, List<Holder>> byInode, Set<String> held) {
        Duration ttl = info.ttl();
        return new SegmentView(info.key(), info.size(), info.refcount(),
                byInode.getOrDefault(holders.inode(info.key()), List.of()), info.age().toMillis(),
                ttl == null ? 0 : ttl.toMillis(), held.contains(info.key()), info.keep());
    }
}
