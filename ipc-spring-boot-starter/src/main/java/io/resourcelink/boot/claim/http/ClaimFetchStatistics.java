package io.resourcelink.boot.claim.http;

/**
 * What a fetcher has done since the application began.
 *
 * <p>Later versions may add components. Read them by their accessors; the constructor is for tests.
 *
 * @param running how many fetches are under way
 * @param bytes bytes that were fetched, also by fetches that failed later
 */
public record ClaimFetchStatistics(int running, long bytes) {}
