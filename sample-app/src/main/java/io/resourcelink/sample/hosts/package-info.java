/**
 * Two hosts: with the profile {@code two-hosts}, the studio sends frames to two {@linkplain io.resourcelink.sample.viewer viewers} as
 * claims, through a broker that it embeds. The near one has the studio's directory. The far one is a second studio, with a directory and a
 * page of its own, as on another host. Without the profile, nothing in here is used.
 */
@NullMarked
package io.resourcelink.sample.hosts;

import org.jspecify.annotations.NullMarked;
