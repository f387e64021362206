package io.resourcelink.internal.store;

import io.resourcelink.segment.ResourceKind;

/**
 * What a sender says about a segment that it sends. The receiver checks all of it.
 *
 * @param key the segment's key
 * @param kind the segment's kind
 * @param size the size of the segment's file in bytes, header included
 */
public record SentSegment(String key, ResourceKind kind, long size) {}
