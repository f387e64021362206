/**
 * The second JVM: takes the keys of frames, finds edges in them, hands back the keys of what it found. It knows ipc-core
 * and nothing of Spring.
 */
@NullMarked
package io.resourcelink.sample.worker;

import org.jspecify.annotations.NullMarked;
