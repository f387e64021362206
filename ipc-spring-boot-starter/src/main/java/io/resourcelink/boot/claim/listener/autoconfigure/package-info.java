/** Auto-configuration of links as parameters of listeners: one for each broker's library. */
@NullMarked
package io.resourcelink.boot.claim.listener.autoconfigure;

import org.jspecify.annotations.NullMarked;
