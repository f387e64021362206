/**
 * Auto-configuration of the actuator endpoint {@code ipc}.
 */
@NullMarked
package io.resourcelink.boot.actuate.autoconfigure;

import org.jspecify.annotations.NullMarked;
