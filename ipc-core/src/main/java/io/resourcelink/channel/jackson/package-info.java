/**
 * The default codec of channels, on Jackson 3. The only package that needs Jackson: without
 * {@code tools.jackson.dataformat:jackson-dataformat-cbor} on the class path there is no default, and subchannels of bytes
 * work all the same.
 */
@NullMarked
package io.resourcelink.channel.jackson;

import org.jspecify.annotations.NullMarked;
