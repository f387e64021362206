package io.resourcelink.boot.actuate.endpoint;

/** Describes the channels that the {@link IpcEndpoint} shows. */
@FunctionalInterface
public interface ChannelsSource {

    /** {@return what this application receives and sends at the moment} */
    ChannelsDescriptor describe();
}
