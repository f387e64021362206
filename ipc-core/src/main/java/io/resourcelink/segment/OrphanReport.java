package io.resourcelink.segment;

import java.util.List;

/**
 * The result of one collection. Only what this call removed itself is reported as collected.
 *
 * <p>Later versions may add components. Read them by their accessors; the constructor is for tests.
 *
 * @param collected segments that were removed, in no particular order
 * @param skipped what was looked at and left alone, each with the reason
 */
public record OrphanReport(List<Collected> collected, List<Skipped> skipped) {

    /** Copies both lists. */
    public OrphanReport {
        collected = List.copyOf(collected);
        skipped = List.copyOf(skipped);
    }

    /** {@return the bytes that were freed, headers included} */
    public long bytes() {
        return collected.stream().mapToLong(Collected::bytes).sum();
    }

    /** Why a segment was an orphan. */
    public enum Reason {
        /** No process held it: its holders have died or released it, and it was not to be kept. */
        UNREFERENCED,
        /** No process held it, and its time to live was over. */
        EXPIRED,
        /** It was a file without a key: its creator died before it gave the file a key, or a dead process kept it for reuse. */
        UNFINISHED
    }

    /** Why something was left alone. */
    public enum Cause {
        /** A process holds a reference. */
        HELD,
        /** It is younger than the age asked for. */
        TOO_YOUNG,
        /** It is to be kept until its time to live is over. */
        KEPT,
        /** It is not a segment, or it is a damaged one. */
        INVALID,
        /** Its owner is not trusted, or it may not be opened. */
        FOREIGN,
        /** Another process or thread was working on it, or it was replaced during the collection. */
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
     * @param bytes how many bytes were freed, header included
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
