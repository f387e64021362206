/**
 * Two hosts: with the profile {@code two-hosts}, the studio starts two {@linkplain io.resourcelink.sample.viewer viewers} and sends frames
 * to them as claims, through a broker that it embeds. One viewer has the studio's directory, the other one a directory of its own, as on
 * another host. Without the profile, nothing in here is used.
 */
@NullMarked
package io.resourcelink.sample.hosts;

import org.jspecify.annotations.NullMarked;
