/**
 * Auto-configuration of the health indicators, and the {@code ipc.health.*} properties it reads.
 */
@NullMarked
package io.resourcelink.boot.health.autoconfigure;

import org.jspecify.annotations.NullMarked;
