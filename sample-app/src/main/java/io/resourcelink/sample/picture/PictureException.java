package io.resourcelink.sample.picture;

import org.jspecify.annotations.Nullable;

/** An upload cannot become a frame. The message is one sentence for the person who uploaded it. */
public final class PictureException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** What is wrong with an upload. */
    public enum Problem {
        /** There are no bytes. */
        EMPTY,
        /** It is not a JPEG or PNG, or of a variety that is not supported. */
        UNSUPPORTED,
        /** It has more pixels than are accepted. */
        TOO_LARGE,
        /** It starts like a picture, but does not go on like one. */
        DAMAGED
    }

    private final Problem problem;

    /**
     * Reports an unusable upload.
     *
     * @param problem what is wrong, for programs
     * @param sentence what is wrong, for people
     * @param cause what the reader said, if it said something
     */
    public PictureException(Problem problem, String sentence, @Nullable Throwable cause) {
        super(sentence, cause);
        this.problem = problem;
    }

    /** {@return what is wrong} */
    public Problem problem() {
        return problem;
    }
}
