/**
 * Support for the tests of applications that use ResourceLink: each gets directories of its own, and must leave them as it
 * found them.
 */
@NullMarked
package io.resourcelink.boot.test.autoconfigure;

import org.jspecify.annotations.NullMarked;
