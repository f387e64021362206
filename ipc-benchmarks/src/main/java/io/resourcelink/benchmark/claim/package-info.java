/**
 * Payloads for another host, and through brokers: claims beside a download, and beside messages that contain the bytes. Three JVMs: the
 * host that publishes and sends, the hosts that receive, and the brokers.
 */
@NullMarked
package io.resourcelink.benchmark.claim;

import org.jspecify.annotations.NullMarked;
