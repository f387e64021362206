/**
 * The library's own threads, and how things are closed. A {@link io.resourcelink.internal.work.Worker} runs steps, and its {@link
 * io.resourcelink.internal.work.Failures} count and log what a step throws. {@link io.resourcelink.internal.work.Closing} closes
 * several things even if some fail. A {@link io.resourcelink.internal.work.Closer} closes one thing once, by its owner or else by
 * the Cleaner.
 */
@NullMarked
package io.resourcelink.internal.work;

import org.jspecify.annotations.NullMarked;
