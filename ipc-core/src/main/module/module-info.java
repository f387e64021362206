/**
 * Named, reference-counted shared memory for the processes of one host, and channels between them. An application on the
 * module path starts with {@code --enable-native-access=io.resourcelink.core}. To use the default codec of channels, it
 * requires {@code tools.jackson.dataformat.cbor}, and opens the packages of its messages to {@code tools.jackson.databind}.
 */
module io.resourcelink.core {

    requires static org.jspecify;
    requires static transitive tools.jackson.databind;
    requires static tools.jackson.dataformat.cbor;

    exports io.resourcelink;
    exports io.resourcelink.channel;
    exports io.resourcelink.channel.jackson;
    exports io.resourcelink.claim;
    exports io.resourcelink.error;
    exports io.resourcelink.memory;
    exports io.resourcelink.segment;

    exports io.resourcelink.internal to io.resourcelink.cli;
    exports io.resourcelink.internal.os to io.resourcelink.cli;
    exports io.resourcelink.internal.room to io.resourcelink.cli;
    exports io.resourcelink.internal.store.directory to io.resourcelink.cli;
    exports io.resourcelink.internal.work to io.resourcelink.boot;

    uses io.resourcelink.channel.Codec;

    provides io.resourcelink.channel.Codec with io.resourcelink.channel.jackson.JacksonCodec;
}
