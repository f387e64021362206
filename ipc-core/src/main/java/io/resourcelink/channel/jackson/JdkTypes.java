package io.resourcelink.channel.jackson;

import java.io.File;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Calendar;
import java.util.Collection;
import java.util.Comparator;
import java.util.Currency;
import java.util.Date;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TimeZone;
import java.util.UUID;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * The types of the JDK that Jackson brings over equal. The list is closed: of all other types of the JDK, Jackson writes whatever
 * their getters return, or a text from which it can't make the same value. So they are refused.
 */
final class JdkTypes {

    /** All values come over equal. Arrays and enums do, too. */
    private static final Set<Class<?>> EQUAL = Set.of(Boolean.class, Byte.class, Short.class, Character.class,
            Integer.class, Long.class, Float.class, Double.class, String.class, StringBuilder.class, StringBuffer.class,
            Class.class, StackTraceElement.class, BigDecimal.class, BigInteger.class, URI.class, URL.class,
            Duration.class, Instant.class, LocalDate.class, LocalDateTime.class, LocalTime.class, MonthDay.class,
            OffsetDateTime.class, OffsetTime.class, Period.class, Year.class, YearMonth.class, ZoneOffset.class,
            ZonedDateTime.class, Currency.class, UUID.class, Date.class, Locale.class, Pattern.class, Optional.class,
            OptionalInt.class, OptionalLong.class, OptionalDouble.class, AtomicBoolean.class, AtomicInteger.class,
            AtomicLong.class, AtomicReference.class);

    /** Their implementations, which nobody can name, come over equal. */
    private static final Set<Class<?>> EQUAL_FAMILIES = Set.of(ByteBuffer.class, Charset.class, Map.Entry.class,
            Path.class, TimeZone.class, ZoneId.class);

    /** Not written as texts that can be read as keys again. */
    private static final Set<Class<?>> NOT_KEYS = Set.of(StringBuilder.class, StringBuffer.class,
            StackTraceElement.class,
            Date.class, Pattern.class, Optional.class, OptionalInt.class, OptionalLong.class, OptionalDouble.class,
            AtomicBoolean.class, AtomicInteger.class, AtomicLong.class, AtomicReference.class, Locale.class);

    /** Queues that are nothing more than their elements, and an order that the receiver's queue has, too. */
    private static final Set<Class<?>> QUEUES = Set.of(ArrayDeque.class, ConcurrentLinkedQueue.class,
            ConcurrentLinkedDeque.class);

    private JdkTypes() {}

    /** {@return whether the JDK defines a type} */
    static boolean contains(Class<?> type) {
        ClassLoader loader = type.getClassLoader();
        return loader == null || loader.equals(ClassLoader.getPlatformClassLoader());
    }

    /** {@return whether values of a type, which is no collection, come over equal} */
    static boolean isEqual(Class<?> type) {
        return EQUAL.contains(type) || EQUAL_FAMILIES.stream().anyMatch(family -> family.isAssignableFrom(type));
    }

    /** {@return whether values whose class is this one, not a subclass, come over equal} */
    static boolean isEqualClass(Class<?> type) {
        return EQUAL.contains(type);
    }

    /** {@return whether any implementation of a type may be in a place of that type} */
    static boolean isReadableFamily(Class<?> declared) {
        return EQUAL_FAMILIES.contains(declared);
    }

    /** {@return whether keys of a type come over equal} */
    static boolean isEqualKey(Class<?> type) {
        return (EQUAL.contains(type) && !NOT_KEYS.contains(type)) || ZoneId.class.isAssignableFrom(type);
    }

    /** {@return whether only some values of a type come over equal} */
    static boolean isChecked(Class<?> type) {
        return type == Locale.class || type == Pattern.class || Path.class.isAssignableFrom(type)
                || TimeZone.class.isAssignableFrom(type);
    }

    /** {@return why a value of a type that is checked would not come over equal, or {@code null} if it would} */
    @SuppressWarnings("ReferenceEquality") // there is one default file system
    static @Nullable String reasonOfValue(Object value) {
        return switch (value) {
            case Locale locale when !Locale.forLanguageTag(locale.toLanguageTag()).equals(locale) ->
                notEqual(locale) + "its language tag does not say all of it. Use the text of the locale.";
            case Pattern pattern when pattern.flags() != 0 ->
                notEqual(pattern) + "its flags are not sent. Put them into the expression, as in \"(?i)\".";
            case Path path when !path.isAbsolute() || path.getFileSystem() != FileSystems.getDefault() ->
                notEqual(path)
                        + "only absolute paths of the default file system are. Use toAbsolutePath(), or a String.";
            case TimeZone zone when !TimeZone.getTimeZone(zone.getID()).equals(zone) ->
                notEqual(zone) + "its id does not say its rules. Use a java.time.ZoneId or ZoneOffset.";
            default -> null;
        };
    }

    /** {@return why a collection or map would not come over equal if its elements do, or {@code null} if it would} */
    static @Nullable String reasonOfCollection(Object value) {
        return switch (value) {
            case List<?> _ -> null;
            case SortedSet<?> set -> isNatural(set.comparator()) ? null : reasonOfComparator(set);
            case SortedMap<?, ?> map -> isNatural(map.comparator()) ? null : reasonOfComparator(map);
            case Queue<?> queue when contains(queue.getClass()) && !QUEUES.contains(queue.getClass()) ->
                reason(queue.getClass());
            case IdentityHashMap<?, ?> map -> reason(map.getClass());
            case WeakHashMap<?, ?> map -> reason(map.getClass());
            default -> null;
        };
    }

    @SuppressWarnings("ReferenceEquality") // there is one natural order
    private static boolean isNatural(@Nullable Comparator<?> comparator) {
        return comparator == null || comparator == Comparator.naturalOrder();
    }

    private static String reasonOfComparator(Object sorted) {
        return notEqual(sorted) + "its comparator is not sent. Use a List, or a collection in natural order.";
    }

    private static String notEqual(Object value) {
        return "This " + value.getClass().getTypeName() + " would not be received equal: ";
    }

    /** {@return why values of a type are refused, and what to use instead} */
    static String reason(Class<?> type) {
        return "A " + type.getTypeName() + " can't be sent in a message: the receiver would not get an equal one. Use "
                + instead(type) + '.';
    }

    private static String instead(Class<?> type) {
        if (type == BitSet.class) {
            return "a byte[] made by BitSet.toByteArray()";
        }
        if (Date.class.isAssignableFrom(type) || Calendar.class.isAssignableFrom(type)) {
            return "a java.time.Instant, LocalDate, LocalTime or ZonedDateTime";
        }
        if (InetAddress.class.isAssignableFrom(type) || InetSocketAddress.class.isAssignableFrom(type)) {
            return "a String for the host, and an int for the port";
        }
        if (type == File.class) {
            return "an absolute java.nio.file.Path, or a String";
        }
        if (Throwable.class.isAssignableFrom(type)) {
            return "a String, or a record of what the receiver needs to know";
        }
        if (Collection.class.isAssignableFrom(type) || Map.class.isAssignableFrom(type)) {
            return "a List, a Set or a Map";
        }
        return "a record of the values that it is made of";
    }
}
