/**
 * The campaign: what tries to break this library for as long as it is allowed to, and writes down what it did. {@code
 * docs/reliability.md} has its results and the command. A short form of each part is a test of the gate.
 */
@NullMarked
package io.resourcelink.campaign;

import org.jspecify.annotations.NullMarked;
