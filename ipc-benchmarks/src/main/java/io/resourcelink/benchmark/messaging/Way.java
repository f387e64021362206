package io.resourcelink.benchmark.messaging;

import java.nio.file.Path;

import io.resourcelink.benchmark.Mode;

/** A way to ask another process. */
interface Way {

    /** {@return what a table says, without the mode} */
    String label();

    /** {@return how both processes wait} */
    Mode mode();

    /** {@return the name in the results} */
    default String name() {
        return label() + ", " + mode().label();
    }

    /**
     * Opens the half that answers. Opened before the other half.
     *
     * @param directory a directory in shared memory for this way alone
     */
    Server server(Path directory) throws Exception;

    /**
     * Opens the half that asks.
     *
     * @param directory the directory of the other half
     * @param address what the other half says about itself
     */
    Client client(Path directory, long address) throws Exception;
}
