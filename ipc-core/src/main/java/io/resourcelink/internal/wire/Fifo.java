package io.resourcelink.internal.wire;

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

    /** {@return the next element, {@code null} if there is none} */
    @SuppressWarnings("unchecked")
    public @Nullable E peek() {
        return size == 0 ? null : (E) elements[first];
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
