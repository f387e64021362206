/**
 * Support for the tests of applications that use ResourceLink. Each context gets its own directories, and each test
 * must leave no segment in them.
 */
@NullMarked
package io.resourcelink.boot.test.autoconfigure;

import org.jspecify.annotations.NullMarked;
