/**
 * Internal: the only package that links native code, and no part of the public API.
 *
 * <p>It has two floors. {@code Libc}, {@code MemoryCalls}, {@code SocketCalls} and {@code WaitCalls} speak C: one method for each
 * function, with the names of its manual page, that returns the result or minus the error number. The other types speak of
 * directories, open files, locked bytes, mappings and sockets. They return expected races as values, and throw every other
 * failure as a typed exception.
 */
@NullMarked
package io.resourcelink.internal.os;

import org.jspecify.annotations.NullMarked;
