/** Auto-configuration of claims. */
@NullMarked
package io.resourcelink.boot.claim.autoconfigure;

import org.jspecify.annotations.NullMarked;
