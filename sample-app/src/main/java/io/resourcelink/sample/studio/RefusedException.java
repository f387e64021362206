package io.resourcelink.sample.studio;

/** What a person asked for cannot be done as things are. The message says why, in a sentence for that person. */
final class RefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    RefusedException(String sentence) {
        super(sentence);
    }
}
