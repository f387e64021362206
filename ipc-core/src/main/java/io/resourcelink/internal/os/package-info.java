/**
 * Internal: the only package that links native code, and no part of the public API.
 *
 * <p>Two floors. {@code Libc} speaks C: one method for each function, with the names of its manual page, that answers
 * the result or minus the error number. {@link io.resourcelink.internal.os.Directory} and {@link io.resourcelink.internal.os.OpenFile}
 * speak of directories, open files and locked bytes, answer expected races with return values, and turn every other
 * failure into a typed exception.
 */
@NullMarked
package io.resourcelink.internal.os;

import org.jspecify.annotations.NullMarked;
