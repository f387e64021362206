/**
 * Auto-configuration of the collection of orphans: once before any bean is given the factory, then on a schedule.
 */
@NullMarked
package io.resourcelink.boot.collector.autoconfigure;

import org.jspecify.annotations.NullMarked;
