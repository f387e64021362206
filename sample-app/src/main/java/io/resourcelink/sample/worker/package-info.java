/**
 * A worker: a Spring Boot application without a web server. It is one of several consumers of a queue. It gets frames as links in
 * messages, finds the edges in place, and replies with a link to a segment of its own.
 */
@NullMarked
package io.resourcelink.sample.worker;

import org.jspecify.annotations.NullMarked;
