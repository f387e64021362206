package io.resourcelink.internal.store;

import java.time.Duration;

import io.resourcelink.internal.format.SegmentClock;
import io.resourcelink.internal.format.SegmentHeader;
import io.resourcelink.segment.OrphanReport.Cause;
import io.resourcelink.segment.OrphanReport.Reason;

/** The result of looking at a segment in order to remove its name. */
public sealed interface Verdict {

    /** The segment was an orphan. Its name is removed, or would be if this was no dry run. */
    record Removed(Reason reason, long bytes) implements Verdict {}

    /** The key is the name of no segment, or of another one than before. */
    record Gone() implements Verdict {}

    /** The name stays. */
    sealed interface Stays extends Verdict {

        /** {@return the reason, as reports give it} */
        Cause cause();

        /** {@return a sentence for people, empty if the cause says all} */
        String detail();

        /** {@return why the key cannot be given to a new segment, for people} */
        default String why() {
            return detail();
        }
    }

    /**
     * A process holds the segment.
     *
     * @param references how many references were counted, zero if they were not
     */
    record Held(long references) implements Stays {

        @Override
        public Cause cause() {
            return Cause.HELD;
        }

        @Override
        public String detail() {
            return references == 0 ? "" : references + (references == 1 ? " reference" : " references");
        }

        @Override
        public String why() {
            return references == 0 ? "it is held" : "held by " + detail();
        }
    }

    /** A process that takes no locks holds the segment, or may hold it. */
    record HeldWithoutLocks(ForeignHolder holder) implements Stays {

        @Override
        public Cause cause() {
            return Cause.HELD;
        }

        @Override
        public String detail() {
            return holder.description();
        }

        @Override
        public String why() {
            return "held by " + detail();
        }
    }

    /** The segment is to be kept until its time to live is over. */
    record Kept() implements Stays {

        @Override
        public Cause cause() {
            return Cause.KEPT;
        }

        @Override
        public String detail() {
            return "";
        }

        @Override
        public String why() {
            return "no process holds it, but it is to be kept until its time to live is over";
        }
    }

    /** The segment is younger than the age that was asked for. */
    record TooYoung() implements Stays {

        @Override
        public Cause cause() {
            return Cause.TOO_YOUNG;
        }

        @Override
        public String detail() {
            return "";
        }
    }

    /** Another process or thread is about to remove the name. */
    record Busy() implements Stays {

        @Override
        public Cause cause() {
            return Cause.BUSY;
        }

        @Override
        public String detail() {
            return "another process is working on it";
        }
    }

    /** The file is no segment that may be used. */
    record Unusable(Cause cause, String detail) implements Stays {

        @Override
        public String why() {
            return cause == Cause.INVALID || cause == Cause.FOREIGN
                    ? "it is not a segment of ours: " + detail
                    : detail;
        }
    }

    /** The system refused to remove the name. */
    record Refused(String detail) implements Stays {

        @Override
        public Cause cause() {
            return Cause.FAILED;
        }
    }

    /**
     * Decides about a segment that no process holds.
     *
     * @param header its header
     * @param size bytes of its file
     * @param maxAge how old it must be at least
     * @param clock the clock for its age
     */
    static Verdict onUnheld(SegmentHeader header, long size, Duration maxAge, SegmentClock clock) {
        boolean expired = header.isExpired(clock);
        if (header.keep() && !expired) {
            return new Kept();
        }
        if (header.age(clock).compareTo(maxAge) < 0) {
            return new TooYoung();
        }
        return new Removed(expired ? Reason.EXPIRED : Reason.UNREFERENCED, size);
    }
}
