package io.resourcelink.channel;

/**
 * What a channel has done since it was opened, and what lies there at the moment. A snapshot: the numbers are read one after
 * the other. Messages within the channel count on both sides.
 *
 * @param messagesSent messages that were sent
 * @param bytesSent bytes of those messages, encoded; regions and segments that ride along are not counted
 * @param attachmentsSent regions, links and senders that they carried
 * @param messagesReceived messages that somebody has received, decodable or not
 * @param bytesReceived bytes of those messages
 * @param attachmentsReceived regions, links and senders that they carried
 * @param disconnects connections that have ended
 * @param connections connections that are open, in both directions
 * @param subchannels receivers that are open
 * @param queued messages that have come and were not received yet
 * @param failures what went wrong on the channel's own threads, a listener that throws for instance; each cost one step,
 * and was logged
 */
public record ChannelStatistics(long messagesSent, long bytesSent, long attachmentsSent, long messagesReceived,
        long bytesReceived, long attachmentsReceived, long disconnects, int connections, int subchannels,
        long queued, long failures) {}
