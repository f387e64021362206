package io.resourcelink.internal;

import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * Leads from an object of a public type to what it is made of, and back. Java has no modifier for "this library's other
 * packages"; a door takes its place, so that no public signature mentions an internal type. The public type installs the
 * two functions when it is initialized. The door stands in an internal package below, and therefore does not know the
 * public type.
 *
 * <p>Thread-safe.
 *
 * @param <I> what an object of the public type is made of
 */
public final class Door<I> {

    private record Ways<I>(Function<Object, I> inside, Function<I, Object> outside) {}

    private final String publicType;
    private volatile @Nullable Ways<I> ways;

    /** Makes a door to a public type, by the type's name. */
    public Door(String publicType) {
        this.publicType = publicType;
    }

    /** Opens the door. Called once, by the public type. */
    public <P> void install(Class<P> type, Function<P, I> inside, Function<I, P> outside) {
        ways = new Ways<>(object -> inside.apply(type.cast(object)), outside::apply);
    }

    /** Opens the door in one direction. Called once, by the public type. */
    public <P> void install(Class<P> type, Function<P, I> inside) {
        install(type, inside, _ -> {
            throw new UnsupportedOperationException(publicType + " is not made this way.");
        });
    }

    /** {@return what an object of the public type is made of} */
    public I inside(Object object) {
        return ways().inside().apply(object);
    }

    /** {@return a new object of the public type, made of this} */
    public <P> P outside(I inside, Class<P> type) {
        return type.cast(ways().outside().apply(inside));
    }

    private Ways<I> ways() {
        Ways<I> found = ways;
        if (found == null) {
            initialize();
            found = ways;
        }
        if (found == null) {
            throw new IllegalStateException(publicType + " has not opened its door.");
        }
        return found;
    }

    private void initialize() {
        try {
            Class.forName(publicType, true, Door.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(publicType + " is missing in the jar of this library.", e);
        }
    }
}
