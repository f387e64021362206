package io.resourcelink.boot.autoconfigure;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import io.resourcelink.InProcessMemory;

/** Creates the memory that replaces shared memory on other systems than Linux. */
final class OffLinuxMemory {

    private static final Log logger = LogFactory.getLog(OffLinuxMemory.class);

    private OffLinuxMemory() {}

    /** The capacity is the default limit of the direct memory of a JVM. */
    static InProcessMemory withWarning(String os) {
        logger.warn("Segments are not shared with other processes: that needs Linux, and this is "
                + os + ". They are in the memory of this process, which is enough for"
                + " development and tests.");
        return new InProcessMemory(Runtime.getRuntime().maxMemory());
    }
}
