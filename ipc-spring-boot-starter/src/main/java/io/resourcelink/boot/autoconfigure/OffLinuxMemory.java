package io.resourcelink.boot.autoconfigure;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import io.resourcelink.InProcessMemory;

/** Makes the memory that stands in for shared memory where there is none. */
final class OffLinuxMemory {

    private static final Log logger = LogFactory.getLog(OffLinuxMemory.class);

    private OffLinuxMemory() {}

    /** As large as the JVM's direct memory may become by default. */
    static InProcessMemory withWarning(String os) {
        logger.warn("Segments are not shared with other processes: that needs Linux, and this is "
                + os + ". They are in the memory of this process, which is enough for"
                + " development and tests.");
        return new InProcessMemory(Runtime.getRuntime().maxMemory());
    }
}
