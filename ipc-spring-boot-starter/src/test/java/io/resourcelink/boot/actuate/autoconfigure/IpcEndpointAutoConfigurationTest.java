package io.resourcelink.boot.actuate.autoconfigure;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.TestDirectories;
import io.resourcelink.boot.actuate.endpoint.IpcEndpoint;
import io.resourcelink.boot.collector.autoconfigure.OrphanCollectorAutoConfiguration;

import static org.assertj.core.api.Assertions.assertThat;

class IpcEndpointAutoConfigurationTest {

    private static final String EXPOSED = "management.endpoints.web.exposure.include=ipc";

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    @Test
    void endpointIsMadeWhereItIsExposed() {
        runner().withPropertyValues(EXPOSED).run(context -> {
            assertThat(context).hasSingleBean(IpcEndpoint.class);
            assertThat(context.getBean(IpcEndpoint.class).ipc(null, null, null).collector()).isNotNull();
        });
    }

    @Test
    void endpointIsNotMadeWhereItIsNotExposed() {
        runner().run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(IpcEndpoint.class));
    }

    @Test
    void endpointIsNotMadeWithoutAccess() {
        runner().withPropertyValues(EXPOSED, "management.endpoint.ipc.access=NONE")
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(IpcEndpoint.class));
    }

    @Test
    void endpointIsNotMadeWhenIpcIsDisabled() {
        runner().withPropertyValues(EXPOSED, "ipc.enabled=false")
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(IpcEndpoint.class));
    }

    @Test
    void endpointTellsNothingOfACollectorWhereThereIsNone() {
        runner().withPropertyValues(EXPOSED, "ipc.gc.enabled=false")
                .run(context -> assertThat(context.getBean(IpcEndpoint.class).ipc(null, null, null).collector())
                        .isNull());
    }

    @Test
    void applicationsOwnEndpointIsLeftAlone() {
        try (ResourceLinkFactory factory = directories.factory()) {
            IpcEndpoint own = new IpcEndpoint(factory, null, null);
            runner().withPropertyValues(EXPOSED).withBean("own", IpcEndpoint.class, () -> own)
                    .run(context -> assertThat(context).getBean(IpcEndpoint.class).isSameAs(own));
        }
    }

    private ApplicationContextRunner runner() {
        return directories.runner(OrphanCollectorAutoConfiguration.class, IpcEndpointAutoConfiguration.class);
    }
}
