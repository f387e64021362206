package io.resourcelink.sample.hosts;

import org.jspecify.annotations.Nullable;

import io.resourcelink.sample.message.Host;

/**
 * A host as the page shows it.
 *
 * @param host which one
 * @param pid its viewer's process, 0 if none runs
 * @param page the address of its studio's page, {@code null} if it has none of its own
 * @param ready whether it takes frames
 * @param frames how many it has seen
 * @param again how many of them its broker has delivered more than once
 * @param wrong how many of them had other bytes than the studio has published
 * @param micros how long it took to have a frame: the median of the latest ones
 * @param fetched bytes that were copied to this host for the latest frame
 * @param file the file that the viewer has mapped for it
 * @param same whether that is the very file that the studio has written
 * @param picture the latest frame's number, 0 before the first
 */
public record HostView(Host host, long pid, @Nullable String page, boolean ready, long frames, long again, long wrong,
        double micros,
        long fetched, String file, boolean same, long picture) {}
