/**
 * The library in use: pictures cross processes without being copied. The <em>studio</em>, a Spring Boot application, decodes a
 * picture into a segment of shared memory and sends a link to it to a queue. One of the <em>workers</em>, which are processes of
 * their own, reads the pixels where they lie, and replies with a link to a segment of its own.
 */
@NullMarked
package io.resourcelink.sample;

import org.jspecify.annotations.NullMarked;
