package io.resourcelink.boot.actuate.endpoint;

import java.time.Duration;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.resourcelink.ForeignProcess;
import io.resourcelink.PeerProcess;
import io.resourcelink.ResourceLink;
import io.resourcelink.boot.TestDirectories;
import io.resourcelink.boot.actuate.autoconfigure.IpcEndpointAutoConfiguration;

import static org.assertj.core.api.Assertions.assertThat;

/** What the endpoint shows of a segment that a process uses which takes no locks. */
@Timeout(100)
class ForeignHolderIT {

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    @BeforeAll
    static void python() throws InterruptedException {
        ForeignProcess.assumeCanStart();
    }

    @Test
    void segmentThatOnlySuchAProcessUsesIsNotShownAsFree() throws Exception {
        String path = directories.memory().resolve("frame").toString();
        try (var factory = directories.factory(); PeerProcess foreign = ForeignProcess.start()) {
            try (ResourceLink _ = factory.create("frame", 4096)) {
                assertThat(foreign.ask("acquire " + path)).isEqualTo("ok");
            }
            directories.runner(IpcEndpointAutoConfiguration.class)
                    .withPropertyValues("management.endpoints.web.exposure.include=ipc").run(context -> {
                        IpcEndpoint endpoint = context.getBean(IpcEndpoint.class);
                        assertShown(endpoint, 0, 1);
                        try (ResourceLink link = factory.acquire("frame"); ResourceLink _ = link.retain()) {
                            assertShown(endpoint, 2, 1);
                        }
                    });
            assertThat(foreign.ask("leave " + path)).isEqualTo("ok");
            factory.collectOrphans(Duration.ZERO);
        }
    }

    private static void assertShown(IpcEndpoint endpoint, long refcount, long headerCount) {
        assertThat(endpoint.ipc(null, null, null).segments()).singleElement()
                .returns("frame", SegmentDescriptor::key).returns(refcount, SegmentDescriptor::refcount)
                .returns(headerCount, SegmentDescriptor::headerCount);
        assertThat(endpoint.segment("frame", null)).isNotNull().returns(refcount, SegmentDescriptor::refcount)
                .returns(headerCount, SegmentDescriptor::headerCount);
    }
}
