package io.resourcelink.internal.work;

/** What a failure is called in a log, a status or a message to another process: its class, its text and its root cause. */
public final class Reason {

    /** More than that tells nobody more, and must fit into one packet. */
    private static final int LONGEST = 2_000;

    private Reason() {}

    /**
     * Describes a failure. Never throws, whatever the failure's own methods do.
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
            // No heap, or an equals() that fails. A constant needs nothing.
            return "a failure that cannot be described";
        }
    }

    private static String described(Throwable failure) {
        try {
            String text = failure.toString();
            if (text != null) {
                return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
            }
        } catch (Throwable _) {
            // Its class says something, too.
        }
        return failure.getClass().getName();
    }

    /** Chains of causes may be endless, if somebody has made a circle of them. */
    private static Throwable root(Throwable failure) {
        Throwable root = failure;
        for (int depth = 0; depth < 20; depth++) {
            Throwable cause = root.getCause();
            if (cause == null) {
                return root;
            }
            root = cause;
        }
        return root;
    }
}
