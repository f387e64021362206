/**
 * The library's own threads and what they survive: a {@link io.resourcelink.work.Worker} runs steps, its {@link
 * io.resourcelink.work.Failures} count and log what a step throws, and {@link io.resourcelink.work.Closing} closes several
 * things whatever fails on the way.
 */
@NullMarked
package io.resourcelink.work;

import org.jspecify.annotations.NullMarked;
