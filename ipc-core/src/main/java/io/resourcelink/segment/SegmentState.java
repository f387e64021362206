package io.resourcelink.segment;

/** Whether a segment can still be acquired by its key. */
public enum SegmentState {

    /** It has its name: whoever knows the key can acquire it. */
    OPEN("open"),

    /** Its name was removed. Those who hold it keep its memory until they let go; nobody can join them. */
    RETIRED("retired");

    private final String label;

    SegmentState(String label) {
        this.label = label;
    }

    /** {@return the name of this state in endpoints and on the command line} */
    public String label() {
        return label;
    }
}
