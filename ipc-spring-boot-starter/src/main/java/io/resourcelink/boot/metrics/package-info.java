/**
 * What ResourceLink reports to micrometer. The core knows no metrics library; its snapshots become gauges here.
 */
@NullMarked
package io.resourcelink.boot.metrics;

import org.jspecify.annotations.NullMarked;
