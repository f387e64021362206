package io.resourcelink.boot.messaging;

import io.resourcelink.channel.DrainReport;

/**
 * Published after a listener was stopped and had no time to handle everything that was sent before. The senders were told as
 * well.
 *
 * @param destination the destination
 * @param listener the id of the listener, by which the registry has it
 * @param report the messages that were not handled, by their senders and numbers
 */
public record IpcMessagesUnhandledEvent(String destination, String listener, DrainReport report) {}
