package io.resourcelink.boot.claim.listener;

import jakarta.validation.constraints.Positive;

import io.resourcelink.claim.Claim;

/**
 * A message with a claim in it.
 *
 * @param number its number
 * @param scan the payload
 */
record Order(@Positive int number, Claim scan) {}
