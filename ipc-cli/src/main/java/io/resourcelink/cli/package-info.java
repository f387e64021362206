/**
 * The operators' command {@code ipc}: looks at the segments of a host, makes, holds and removes them. It is a program
 * of its own ({@code ipc.jar}); nothing in the library depends on it.
 */
@NullMarked
package io.resourcelink.cli;

import org.jspecify.annotations.NullMarked;
