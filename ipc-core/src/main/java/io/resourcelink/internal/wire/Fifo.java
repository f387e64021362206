package io.resourcelink.internal.wire;

import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * A queue that loses nothing when the heap runs out: it makes room before it changes anything. {@link java.util.ArrayDeque}
 * makes room afterwards, and looks empty if that fails. Not thread-safe.
 */
public final class Fifo<E> {

    private @Nullable Object[] elements = new Object[16];
    private int first;
    private int size;

    /** Creates an empty queue. */
    public Fifo() {}

    /** {@return whether it has no element} */
    public boolean isEmpty() {
        return size == 0;
    }

    /** {@return how many elements it has} */
    public int size() {
        return size;
    }

    /** Adds an element at the end. */
    public void add(E element) {
        reserve(1);
        elements[(first + size) & (elements.length - 1)] = element;
        size++;
    }

    /** Makes room for some more elements. Adding them then needs no heap. */
    public void reserve(int more) {
        int needed = size + more;
        if (needed > elements.length) {
            @Nullable
            Object[] larger = new Object[2 * Integer.highestOneBit(needed - 1)];
            int toEnd = Math.min(size, elements.length - first);
            System.arraycopy(elements, first, larger, 0, toEnd);
            System.arraycopy(elements, 0, larger, toEnd, size - toEnd);
            elements = larger;
            first = 0;
        }
    }

    /** {@return the next element, {@code null} if there is none} */
    @SuppressWarnings("unchecked")
    public @Nullable E peek() {
        return size == 0 ? null : (E) elements[first];
    }

    /** {@return the element at a position, 0 for the next one} */
    @SuppressWarnings("unchecked")
    public E get(int index) {
        return (E) Objects.requireNonNull(elements[(first + Objects.checkIndex(index, size)) & (elements.length - 1)]);
    }

    /** Takes some elements from the front. */
    public void remove(int count) {
        for (int i = 0; i < count; i++) {
            poll();
        }
    }

    /** Takes the next element. Returns {@code null} if there is none. */
    public @Nullable E poll() {
        E next = peek();
        if (next != null) {
            elements[first] = null;
            first = (first + 1) & (elements.length - 1);
            size--;
        }
        return next;
    }
}
