package io.resourcelink.boot.claim.http;

/**
 * What an origin has done since the application began. Each request that was answered counts once.
 *
 * <p>Later versions may add components. Read them by their accessors; the constructor is for tests.
 *
 * @param open how many responses are being sent
 * @param served requests that got what they asked for
 * @param refused requests that were not signed as needed, or have a method that there is not
 * @param missing requests for a payload, or for bytes of one, that is not here, or not any more
 * @param busy requests that were told to come back, because too many responses were being sent or the application stops
 * @param bytes bytes of payloads that were sent, also in responses that broke
 */
public record ClaimOriginStatistics(int open, long served, long refused, long missing, long busy, long bytes) {}
