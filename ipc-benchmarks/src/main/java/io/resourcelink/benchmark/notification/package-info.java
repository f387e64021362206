/**
 * How long it takes to tell another process something: a few bytes there, and as many back. {@link
 * io.resourcelink.benchmark.notification.Caller} measures, {@link io.resourcelink.benchmark.notification.Echo} answers.
 */
@NullMarked
package io.resourcelink.benchmark.notification;

import org.jspecify.annotations.NullMarked;
