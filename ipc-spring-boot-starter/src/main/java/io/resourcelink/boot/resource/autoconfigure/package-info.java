/** Auto-configuration of how Spring MVC writes segments that controllers return. */
@NullMarked
package io.resourcelink.boot.resource.autoconfigure;

import org.jspecify.annotations.NullMarked;
