/**
 * Auto-configuration of the meters, where the application has a meter registry.
 */
@NullMarked
package io.resourcelink.boot.metrics.autoconfigure;

import org.jspecify.annotations.NullMarked;
