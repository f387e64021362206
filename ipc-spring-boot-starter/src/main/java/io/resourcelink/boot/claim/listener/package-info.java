/**
 * Links as parameters of listeners of Kafka, RabbitMQ and JMS: {@link io.resourcelink.boot.claim.listener.OpenClaim}. The claim
 * in the message is opened before the method is called, and the link is closed on every way out of it.
 */
@NullMarked
package io.resourcelink.boot.claim.listener;

import org.jspecify.annotations.NullMarked;
