/**
 * An explicit-state model of the protocol of references: what processes do to one key, system call by system call, in every order, with a
 * crash before each. {@link io.resourcelink.campaign.model.World} is the kernel, {@link io.resourcelink.campaign.model.Operation} are the
 * processes, {@link io.resourcelink.campaign.model.Checker} tries everything.
 */
@NullMarked
package io.resourcelink.campaign.model;

import org.jspecify.annotations.NullMarked;
