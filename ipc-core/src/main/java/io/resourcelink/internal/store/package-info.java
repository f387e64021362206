/**
 * The stores behind a factory: their life cycle, what they tell their owner, and the references of its links. A {@link
 * io.resourcelink.internal.store.Store} has the segments of one kind; {@link
 * io.resourcelink.internal.store.FactoryStores} has the stores of a factory.
 */
@NullMarked
package io.resourcelink.internal.store;

import org.jspecify.annotations.NullMarked;
