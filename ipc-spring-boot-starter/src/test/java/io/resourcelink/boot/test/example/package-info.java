/** The application and the test that the documentation shows. In a package of its own, because the application scans it. */
@NullMarked
package io.resourcelink.boot.test.example;

import org.jspecify.annotations.NullMarked;
