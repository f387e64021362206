package io.resourcelink.sample.line;

import java.net.ProtocolException;
import java.util.Locale;

/**
 * One line between studio and worker: a word, then its fields, separated by single spaces.
 *
 * <pre>
 *  studio → worker   work     ID KEY            find the edges in this frame
 *                    release  ID                the result is acquired, let go of it
 *  worker → studio   ready    PID               said once, first
 *                    acquired ID                the frame is acquired and mapped
 *                    done     ID KEY MICROS     the result is in this segment, held until released
 *                    failed   ID REASON TEXT    no result, and why
 * </pre>
 */
public sealed interface Line {

    /** What a refusal starts with. */
    String REFUSED = "Not a line of this protocol: ";

    /** Why a worker could not do its work. */
    enum Reason {
        /** Shared memory has no room for the result. */
        NO_SPACE,
        /** The segment could not be acquired, or what it holds is no frame. */
        UNUSABLE
    }

    /** {@return the line's text, without the end of line} */
    String text();

    /**
     * Asks for the edges in a frame.
     *
     * @param id the request's number, chosen by the studio and repeated in every answer
     * @param key the segment that holds the frame
     */
    record Work(long id, String key) implements Line {
        @Override
        public String text() {
            return "work " + id + " " + key;
        }
    }

    /**
     * Says that a result is acquired and the worker may let go of it.
     *
     * @param id the request's number
     */
    record Release(long id) implements Line {
        @Override
        public String text() {
            return "release " + id;
        }
    }

    /**
     * Says that a worker has started.
     *
     * @param pid the worker's process id
     */
    record Ready(long pid) implements Line {
        @Override
        public String text() {
            return "ready " + pid;
        }
    }

    /**
     * Says that the frame is acquired and mapped.
     *
     * @param id the request's number
     */
    record Acquired(long id) implements Line {
        @Override
        public String text() {
            return "acquired " + id;
        }
    }

    /**
     * Says that the work is done.
     *
     * @param id the request's number
     * @param key the segment that holds the result
     * @param micros how long the work took, by the worker's clock
     */
    record Done(long id, String key, long micros) implements Line {
        @Override
        public String text() {
            return "done " + id + " " + key + " " + micros;
        }
    }

    /**
     * Says that there will be no result.
     *
     * @param id the request's number
     * @param reason what kind of failure it was
     * @param sentence the rest of it, for people
     */
    record Failed(long id, Reason reason, String sentence) implements Line {
        @Override
        public String text() {
            return "failed " + id + " " + reason.name().toLowerCase(Locale.ROOT) + " "
                    + sentence.replaceAll("\\s+", " ");
        }
    }

    /**
     * {@return what a line says}
     *
     * @param text the line, without the end of line
     * @throws ProtocolException if it is none of the lines above
     */
    static Line parse(String text) throws ProtocolException {
        Line line;
        try {
            line = fields(text.split(" ", 4));
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw (ProtocolException) new ProtocolException(REFUSED + text).initCause(e);
        }
        // Fields too many, numbers written another way: whoever says that is not our counterpart.
        if (!line.text().equals(text)) {
            throw new ProtocolException(REFUSED + text);
        }
        return line;
    }

    private static Line fields(String[] fields) {
        return switch (fields[0]) {
            case "work" -> new Work(Long.parseLong(fields[1]), fields[2]);
            case "release" -> new Release(Long.parseLong(fields[1]));
            case "ready" -> new Ready(Long.parseLong(fields[1]));
            case "acquired" -> new Acquired(Long.parseLong(fields[1]));
            case "done" -> new Done(Long.parseLong(fields[1]), fields[2], Long.parseLong(fields[3]));
            case "failed" ->
                new Failed(Long.parseLong(fields[1]), Reason.valueOf(fields[2].toUpperCase(Locale.ROOT)), fields[3]);
            default -> throw new IllegalArgumentException("Unknown word: " + fields[0]);
        };
    }
}
