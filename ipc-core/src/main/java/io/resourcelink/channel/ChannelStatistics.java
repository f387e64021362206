package io.resourcelink.channel;

/**
 * What a channel has done since it was opened, and what is open and queued at the moment. The numbers are read one after the other.
 * Messages within the channel count on both sides.
 *
 * <p>Later versions may add components. Read them by their accessors; the constructor is for tests.
 *
 * @param messagesSent messages that were sent
 * @param bytesSent bytes of those messages, encoded; shared memory and segments that they carry do not count
 * @param attachmentsSent regions, links and senders that they carried
 * @param messagesReceived messages that were received, also those that could not be decoded
 * @param bytesReceived bytes of those messages
 * @param attachmentsReceived regions, links and senders that they carried
 * @param disconnects connections that have ended
 * @param connections connections that are open, in both directions
 * @param subchannels receivers that are open
 * @param queued messages that have arrived and were not received yet
 * @param unhandled messages that this channel has sent and that were reported as not handled
 * @param failures failures on the channel's own threads, for example of a listener; each ended one step and was reported to the log
 * @param reached how often a message that this channel has published was sent to a subscriber
 * @param dropped how often such a message was dropped for a subscriber
 * @param missed messages that were dropped for the subscribers of this channel, as far as it was told
 */
public record ChannelStatistics(long messagesSent, long bytesSent, long attachmentsSent, long messagesReceived,
        long bytesReceived, long attachmentsReceived, long disconnects, int connections, int subchannels,
        long queued, long unhandled, long failures, long reached, long dropped, long missed) {}
