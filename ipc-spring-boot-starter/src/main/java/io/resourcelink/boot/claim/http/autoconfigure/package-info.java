/** Auto-configuration of what brings the bytes of claims to other hosts, and the properties that it reads. */
@NullMarked
package io.resourcelink.boot.claim.http.autoconfigure;

import org.jspecify.annotations.NullMarked;
