/**
 * The library in use: a picture crosses two JVMs without being copied. The <em>studio</em>, a Spring Boot application,
 * decodes an uploaded picture straight into a segment of shared memory and tells the <em>worker</em>, a second JVM, the
 * segment's key. The worker reads the pixels where they lie and answers with the key of a segment of its own.
 */
@NullMarked
package io.resourcelink.sample;

import org.jspecify.annotations.NullMarked;
