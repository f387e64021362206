/**
 * The library's own threads and what they survive: a {@link io.resourcelink.internal.work.Worker} runs steps, its {@link
 * io.resourcelink.internal.work.Failures} count and log what a step throws, and {@link io.resourcelink.internal.work.Closing} closes several
 * things whatever fails on the way.
 */
@NullMarked
package io.resourcelink.internal.work;

import org.jspecify.annotations.NullMarked;
