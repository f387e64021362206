/**
 * The web application: takes pictures, keeps frames, looks after the worker.
 */
@NullMarked
package io.resourcelink.sample.studio;

import org.jspecify.annotations.NullMarked;
