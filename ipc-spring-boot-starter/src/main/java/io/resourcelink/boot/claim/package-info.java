/** Claims of an application: payloads that are opened where they are near, and fetched once for a host where they are far. */
@NullMarked
package io.resourcelink.boot.claim;

import org.jspecify.annotations.NullMarked;
