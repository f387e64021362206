package io.resourcelink.benchmark.channel;

import java.nio.file.Path;

import io.resourcelink.benchmark.Mode;

/** A way to carry messages from one process to another one, and back. */
interface Way {

    /** {@return what a table says, without the mode} */
    String label();

    /** {@return how both processes wait} */
    Mode mode();

    /** {@return the name in the results} */
    default String name() {
        return label() + ", " + mode().label();
    }

    /** {@return whether this way can carry a workload, and whether that would say something} */
    boolean carries(Workload workload);

    /** {@return whether many messages can be on their way at once} */
    default boolean streams() {
        return true;
    }

    /** {@return whether messages are answered, so that there is a time there and back} */
    default boolean returns() {
        return true;
    }

    /**
     * Opens the end that calls. Opened before the other one.
     *
     * @param directory a directory in shared memory for this session alone, empty at first
     * @param workload what is to be carried
     */
    End call(Path directory, Workload workload) throws Exception;

    /**
     * Opens the end that answers.
     *
     * @param directory the directory of the end that calls
     * @param workload what is to be carried
     */
    End answer(Path directory, Workload workload) throws Exception;
}
