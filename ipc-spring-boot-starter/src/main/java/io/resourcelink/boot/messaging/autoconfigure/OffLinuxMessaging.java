package io.resourcelink.boot.messaging.autoconfigure;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/** Logs that there are no messages between processes on this system. */
final class OffLinuxMessaging {

    private static final Log logger = LogFactory.getLog(OffLinuxMessaging.class);

    OffLinuxMessaging(String os) {
        logger.warn("Messages between processes need Linux, and this is " + os
                + ". There is no Channel and no IpcTemplate, and methods with @IpcListener are not called.");
    }
}
