/**
 * The operators' command {@code ipc}: looks at the segments of a host, creates, holds and removes them. It is a program
 * of its own, {@code ipc.jar}, which starts in {@code Launcher}. Nothing in the library depends on it.
 */
@NullMarked
package io.resourcelink.cli;

import org.jspecify.annotations.NullMarked;
