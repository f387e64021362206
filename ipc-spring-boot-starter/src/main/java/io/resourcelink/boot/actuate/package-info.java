/**
 * What operators see of ResourceLink through actuator: the {@code ipc} endpoint and the {@code ipc} health indicator.
 */
@NullMarked
package io.resourcelink.boot.actuate;

import org.jspecify.annotations.NullMarked;
