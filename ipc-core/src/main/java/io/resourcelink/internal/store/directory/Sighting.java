package io.resourcelink.internal.store.directory;

import io.resourcelink.internal.format.SegmentHeader;
import io.resourcelink.internal.os.FileStatus;

/**
 * What was seen of a segment without locking it.
 *
 * @param status its file
 * @param header a copy of its header, checked
 * @param refcount how many references other open file descriptions hold
 */
record Sighting(FileStatus status, SegmentHeader header, long refcount) {}
