package io.resourcelink.channel;

import org.jspecify.annotations.Nullable;

/**
 * A queue that stays whole when the heap runs out: it makes room before it changes anything, which {@link
 * java.util.ArrayDeque} does afterwards, and then looks empty. Not thread-safe.
 */
final class Fifo<E> {

    private @Nullable Object[] elements = new Object[16];
    private int first;
    private int size;

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }

    void add(E element) {
        if (size == elements.length) {
            @Nullable
            Object[] larger = new Object[2 * size];
            System.arraycopy(elements, first, larger, 0, size - first);
            System.arraycopy(elements, 0, larger, size - first, first);
            elements = larger;
            first = 0;
        }
        elements[(first + size) & (elements.length - 1)] = element;
        size++;
    }

    /** The element that is next, or {@code null} if there is none. */
    @SuppressWarnings("unchecked")
    @Nullable
    E peek() {
        return size == 0 ? null : (E) elements[first];
    }

    /** Takes the element that is next, or answers {@code null} if there is none. */
    @Nullable
    E poll() {
        E next = peek();
        if (next != null) {
            elements[first] = null;
            first = (first + 1) & (elements.length - 1);
            size--;
        }
        return next;
    }
}
