/**
 * A viewer is a program that stands for a host: it gets frames as claims, through a broker, and opens them. The near one is a Spring Boot
 * application without a web server. The far one is a second studio with all of this in it. The code is the same: whether a frame is near or
 * far is decided by the directory alone.
 */
@NullMarked
package io.resourcelink.sample.viewer;

import org.jspecify.annotations.NullMarked;
