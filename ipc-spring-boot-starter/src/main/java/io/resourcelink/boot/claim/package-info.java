/**
 * Claims in a Spring application: {@link io.resourcelink.boot.claim.Claims} publishes payloads and opens claims, wherever they come
 * from.
 */
@NullMarked
package io.resourcelink.boot.claim;

import org.jspecify.annotations.NullMarked;
