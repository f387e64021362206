/**
 * Auto-configuration of messages between processes, and the {@code ipc.messaging.*} properties it reads.
 */
@NullMarked
package io.resourcelink.boot.messaging.autoconfigure;

import org.jspecify.annotations.NullMarked;
