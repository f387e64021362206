package io.resourcelink.benchmark;

import java.io.IOException;
import java.util.List;

/** A part of the suite, which can be run on its own. */
interface Part {

    /** {@return its name, for results and for choosing} */
    String part();

    /** Runs it. */
    List<Measurement> measure(Run run) throws IOException, InterruptedException;
}
