package io.resourcelink.benchmark.messaging;

import java.util.List;

import io.resourcelink.benchmark.Mode;

/** All ways that are compared, in the order of the tables. */
final class Ways {

    /** What the others are compared with. */
    static final Way REST = new RestWay();

    static final List<Way> ALL = List.of(new TemplateWay(Mode.SPINNING), new ChannelWay(Mode.SPINNING),
            new TemplateWay(Mode.ASLEEP), new ChannelWay(Mode.ASLEEP), new GrpcWay(), REST);

    private Ways() {}

    /** Those that need no web server, which takes long to start, each in one mode. */
    static List<Way> forSmoke() {
        return List.of(new TemplateWay(Mode.ASLEEP), new ChannelWay(Mode.ASLEEP), new GrpcWay());
    }
}
