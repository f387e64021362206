package io.resourcelink.internal.work;

/** Describes a failure for a log, a status or a message to another process: its class, its text and its causes. */
public final class Reason {

    /** A chain of causes may be a circle, so a search ends after so many. */
    private static final int MOST_CAUSES = 20;

    /** A longer text helps no reader, and the whole must fit into one packet. */
    private static final int LONGEST = 2_000;

    private Reason() {}

    /**
     * Describes a failure. Never throws, even if the failure's own methods do.
     *
     * @param failure the exception or error
     * @return its class and text, then those of its root cause if it has one; at most about 4,000 characters
     */
    public static String of(Throwable failure) {
        try {
            String text = described(failure);
            Throwable root = root(failure);
            return root.equals(failure) ? text : text + "; caused by " + described(root);
        } catch (Throwable _) {
            // There is no heap, or an equals() fails. A constant needs neither.
            return "a failure that cannot be described";
        }
    }

    /**
     * Describes a failure without its cause. Never throws, even if the failure's own methods do.
     *
     * @param failure the exception or error
     * @return its class and text, at most about 2,000 characters
     */
    public static String described(Throwable failure) {
        try {
            String text = failure.toString();
            if (text != null) {
                return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
            }
        } catch (Throwable _) {
            // Its class is told instead.
        }
        return failure.getClass().getName();
    }

    /** {@return whether a failure or one of its causes is of a class} */
    public static boolean isDueTo(Throwable failure, Class<? extends Throwable> type) {
        Throwable at = failure;
        for (int depth = 0; at != null && depth < MOST_CAUSES; depth++) {
            if (type.isInstance(at)) {
                return true;
            }
            at = at.getCause();
        }
        return false;
    }

    private static Throwable root(Throwable failure) {
        Throwable root = failure;
        for (int depth = 0; depth < MOST_CAUSES; depth++) {
            Throwable cause = root.getCause();
            if (cause == null) {
                return root;
            }
            root = cause;
        }
        return root;
    }
}
