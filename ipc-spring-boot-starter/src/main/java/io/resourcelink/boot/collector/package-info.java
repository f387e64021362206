/**
 * Collecting orphans, and remembering what came of it. What an orphan is, and how one is removed, is the core's
 * business.
 */
@NullMarked
package io.resourcelink.boot.collector;

import org.jspecify.annotations.NullMarked;
