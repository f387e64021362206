/**
 * What lies in the segments: a decoded picture and the result of working on it. Both sides map the same bytes, so this is
 * the only contract between the two programs besides the {@link io.resourcelink.sample.message messages} that they exchange.
 */
@NullMarked
package io.resourcelink.sample.layout;

import org.jspecify.annotations.NullMarked;
