package io.resourcelink.segment;

import java.util.List;

/**
 * What one collection did. Only what this call removed itself is reported as collected.
 *
 * @param collected segments that were removed, in no particular order
 * @param skipped what was looked at and left alone, each with the reason
 */
public record OrphanReport(List<Collected> collected, List<Skipped> skipped) {

    /**
     * Takes copies of both lists.
     */
    public OrphanReport {
        collected = List.copyOf(collected);
        skipped = List.copyOf(skipped);
    }

    /** {@return the bytes that came back, headers included} */
    public long bytes() {
        return collected.stream().mapToLong(Collected::bytes).sum();
    }

    /** Why a segment was an orphan. */
    public enum Reason {
        /** Nobody held it: whoever did has died or let go, and it was not to be kept. */
        UNREFERENCED,
        /** Nobody held it, and its time to live was over. */
        EXPIRED,
        /** A file whose creator died before giving it its name. */
        UNFINISHED
    }

    /** Why something was left alone. */
    public enum Cause {
        /** Somebody holds a reference. */
        HELD,
        /** It is younger than the age asked for. */
        TOO_YOUNG,
        /** It is to be kept until its time to live is over. */
        KEPT,
        /** It is not a segment, or a damaged one. */
        INVALID,
        /** It belongs to an owner who is not trusted, or may not be opened. */
        FOREIGN,
        /** Somebody else was working on it, or it was replaced meanwhile. */
        BUSY,
        /** The system refused; the detail says how. */
        FAILED
    }

    /**
     * A segment that was removed.
     *
     * @param key its name
     * @param kind where its bytes were
     * @param reason why it was an orphan
     * @param bytes what came back, header included
     */
    public record Collected(String key, ResourceKind kind, Reason reason, long bytes) {}

    /**
     * Something that was left alone.
     *
     * @param key its name
     * @param kind which directory it is in
     * @param cause why it stays
     * @param detail one sentence for people, empty where the cause says all
     */
    public record Skipped(String key, ResourceKind kind, Cause cause, String detail) {}
}
