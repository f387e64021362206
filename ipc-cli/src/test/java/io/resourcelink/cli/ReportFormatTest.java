package io.resourcelink.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.resourcelink.channel.ChannelInfo;
import io.resourcelink.channel.DestinationKind;
import io.resourcelink.cli.Holdings.Holder;
import io.resourcelink.cli.Holdings.Holding;
import io.resourcelink.segment.OrphanReport;
import io.resourcelink.segment.OrphanReport.Cause;
import io.resourcelink.segment.OrphanReport.Collected;
import io.resourcelink.segment.OrphanReport.Reason;
import io.resourcelink.segment.OrphanReport.Skipped;
import io.resourcelink.segment.ResourceKind;
import io.resourcelink.segment.ResourceLinkInfo;
import io.resourcelink.segment.SegmentState;

import static org.assertj.core.api.Assertions.assertThat;

/** Both formats are contracts: what stands here is what scripts parse. */
class ReportFormatTest {

    private static final Instant CREATED = Instant.parse("2026-03-01T12:00:00.250Z");

    private static final ResourceLinkInfo FRAMES = new ResourceLinkInfo("frames", ResourceKind.SHARED_MEMORY, 4, 5,
            CREATED, Duration.ofMillis(3_210), Duration.ofSeconds(30), CREATED.plusSeconds(30), false, 1_048_640,
            1_048_576, SegmentState.OPEN, false, 1, 4711, 0xfedcba9876543210L);

    private static final ResourceLinkInfo ODD = new ResourceLinkInfo("o\"d\nd", ResourceKind.MAPPED_FILE, 0, 0, CREATED,
            Duration.ofDays(3), null, null, true, 64, 0, SegmentState.RETIRED, true, 0, 0, 0);

    private static final Holdings HELD = new Holdings(List.of(new Holding(FRAMES,
            List.of(new Holder(17, "orders", true, true), new Holder(18, "py\033", false, true)))), 2);

    private static final List<ChannelInfo> CHANNELS = List.of(
            new ChannelInfo("frames", DestinationKind.TOPIC, "0123456789abcdef", CREATED, true, 17, "orders"),
            new ChannelInfo("results", DestinationKind.SINGLE, "0123456789abcde0", CREATED, false, 0, ""),
            new ChannelInfo(null, null, "0123456789abcde1", CREATED, true, 0, ""));

    private static final OrphanReport REPORT = new OrphanReport(
            List.of(new Collected("a", ResourceKind.SHARED_MEMORY, Reason.UNREFERENCED, 1_048_640),
                    new Collected("b", ResourceKind.MAPPED_FILE, Reason.EXPIRED, 64)),
            List.of(new Skipped("c", ResourceKind.SHARED_MEMORY, Cause.TOO_YOUNG, ""),
                    new Skipped("d", ResourceKind.SHARED_MEMORY, Cause.INVALID, "magic\n0")));

    @Test
    void segmentsAsText() {
        assertThat(new TextFormat().segments(List.of(FRAMES, ODD))).isEqualTo("""
                KEY     KIND           REFCOUNT  HEADER-COUNT   AGE  TTL  EXPIRED    SIZE
                frames  shared-memory         4             5  3.2s  30s  no       1.0MiB
                o"d\\nd  mapped-file           0             0    3d    -  yes         64B
                """);
    }

    @Test
    void segmentsAsJson() {
        assertThat(new JsonFormat().segments(List.of(FRAMES, ODD))).isEqualTo(
                """
                        {"segments":[{"key":"frames","kind":"shared-memory","refcount":4,"headerCount":5,"ageMillis":3210,\
                        "ttlMillis":30000,\
                        "expired":false,"size":1048640,"payloadSize":1048576,"createdAt":"2026-03-01T12:00:00.250Z",\
                        "state":"open","layout":1},{"key":"o\\"d\\nd","kind":"mapped-file","refcount":0,"headerCount":0,\
                        "ageMillis":259200000,"ttlMillis":null,"expired":true,"size":64,"payloadSize":0,"createdAt":"2026-03-01T12:00:00.250Z",\
                        "state":"retired","layout":0}]}
                        """);
    }

    @Test
    void oneSegmentAsText() {
        assertThat(new TextFormat().segment(HELD)).isEqualTo("""
                key:          frames
                kind:         shared-memory
                refcount:     4
                header count: 5
                age:          3.2s
                ttl:          30s
                expires at:   2026-03-01T12:00:30.250Z
                expired:      no
                size:         1048640 (1.0MiB)
                payload size: 1048576 (1.0MiB)
                created at:   2026-03-01T12:00:00.250Z
                state:        open
                keep:         no
                layout:       1
                nonce:        fedcba9876543210
                creator pid:  4711
                held by:      17 orders (mapped, open), 18 py\\u001b (open); 2 processes could not be looked into
                """);
    }

    @Test
    void oneSegmentAsJson() {
        assertThat(new JsonFormat().segment(HELD)).isEqualTo("""
                {"key":"frames","kind":"shared-memory","refcount":4,"headerCount":5,"ageMillis":3210,\
                "ttlMillis":30000,\
                "expired":false,"size":1048640,"payloadSize":1048576,"createdAt":"2026-03-01T12:00:00.250Z",\
                "state":"open","layout":1,"nonce":"fedcba9876543210",\
                "holders":[{"pid":17,"name":"orders","mapped":true,"open":true},\
                {"pid":18,"name":"py\\u001B","mapped":false,"open":true}],"unreadableProcesses":2}
                """);
    }

    @Test
    void anEventIsOneLine() {
        assertThat(new TextFormat().event("acquired", ODD))
                .isEqualTo("acquired o\"d\\nd kind=mapped-file refcount=0 payloadSize=0 ttl=-\n");
        assertThat(new JsonFormat().event("acquired", FRAMES)).startsWith("{\"event\":\"acquired\",\"key\":\"frames\",")
                .endsWith("}\n");
    }

    @Test
    void aCollectionAsText() {
        assertThat(new TextFormat().collection(REPORT, false)).isEqualTo("""
                RESULT     KEY  KIND           WHY             SIZE  DETAIL
                collected  a    shared-memory  unreferenced  1.0MiB  -
                collected  b    mapped-file    expired          64B  -
                skipped    c    shared-memory  too-young          -  -
                skipped    d    shared-memory  invalid            -  magic\\n0
                2 collected, 1.0MiB freed, 2 skipped
                """);
    }

    @Test
    void aCollectionAsJson() {
        assertThat(new JsonFormat().collection(REPORT, true)).isEqualTo("""
                {"collected":[{"key":"a","kind":"shared-memory","reason":"unreferenced","bytes":1048640},\
                {"key":"b","kind":"mapped-file","reason":"expired","bytes":64}],\
                "skipped":[{"key":"c","kind":"shared-memory","cause":"too-young","detail":""},\
                {"key":"d","kind":"shared-memory","cause":"invalid","detail":"magic\\n0"}],\
                "bytes":1048704,"dryRun":true}
                """);
    }

    @Test
    void channelsAsText() {
        assertThat(new TextFormat().channels(Path.of("/a"), CHANNELS)).isEqualTo("""
                DESTINATION  KIND    PROCESS  NAME    SINCE
                frames       topic        17  orders  2026-03-01T12:00:00Z
                results      single     dead  -       2026-03-01T12:00:00Z
                -            -             -  -       2026-03-01T12:00:00Z
                """);
        assertThat(new TextFormat().channels(Path.of("/a"), List.of())).isEmpty();
    }

    @Test
    void channelsAsJson() {
        assertThat(new JsonFormat().channels(Path.of("/a"), CHANNELS)).isEqualTo(
                """
                        {"directory":"/a","channels":[\
                        {"destination":"frames","kind":"topic","address":"0123456789abcdef","alive":true,"pid":17,"name":"orders",\
                        "since":"2026-03-01T12:00:00.250Z"},\
                        {"destination":"results","kind":"single","address":"0123456789abcde0","alive":false,"pid":null,"name":null,\
                        "since":"2026-03-01T12:00:00.250Z"},\
                        {"destination":null,"kind":null,"address":"0123456789abcde1","alive":true,"pid":null,"name":null,\
                        "since":"2026-03-01T12:00:00.250Z"}]}
                        """);
    }
}
