package io.resourcelink.benchmark;

import java.util.List;

/** A part of the suite, which can be run on its own. */
interface Part {

    /** {@return its name, for results and for choosing} */
    String part();

    /**
     * Runs it.
     *
     * @throws Exception if something fails
     */
    List<Measurement> measure(Run run) throws Exception;
}
