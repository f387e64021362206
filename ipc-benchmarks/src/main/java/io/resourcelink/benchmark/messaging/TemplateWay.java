package io.resourcelink.benchmark.messaging;

import java.nio.file.Path;

import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

import io.resourcelink.ResourceLink;
import io.resourcelink.benchmark.Mode;
import io.resourcelink.boot.channel.autoconfigure.ChannelBuilderCustomizer;

/** A request of a Spring application to a listener of another one. A large payload goes as a link in the record. */
record TemplateWay(Mode mode) implements Way {

    static final String LABEL = "`IpcTemplate` to `@IpcListener`";

    /** The destination of records. */
    static final String READINGS = "readings";

    /** The destination of links. */
    static final String FRAMES = "frames";

    /** A record with a link to a published payload. */
    record Frame(long number, ResourceLink link) {}

    @Override
    public String label() {
        return LABEL;
    }

    @Override
    public Server server(Path directory) {
        return new TemplateServer(run(TemplateServer.Application.class, directory));
    }

    @Override
    public Client client(Path directory, long address) {
        return new TemplateClient(run(TemplateClient.Application.class, directory));
    }

    /** Starts an application with the starter's defaults, but for the directories and the spin. */
    private ConfigurableApplicationContext run(Class<?> application, Path directory) {
        return new SpringApplicationBuilder(application).web(WebApplicationType.NONE).bannerMode(Banner.Mode.OFF)
                .properties("ipc.directory=" + directory.resolve("segments"),
                        "ipc.channels.directory=" + directory.resolve("channels"))
                .initializers(context -> context.getBeanFactory().registerSingleton("spin",
                        (ChannelBuilderCustomizer) channels -> channels.spin(mode.spin())))
                .run();
    }
}
