package io.resourcelink.channel.jackson;

import java.io.File;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Month;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.Comparator;
import java.util.Currency;
import java.util.Date;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.GregorianCalendar;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SimpleTimeZone;
import java.util.TimeZone;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What constructors and factories are called with, and values with edges that they would not give. */
final class Arguments {

    static final List<Object> ALL = all();

    private Arguments() {}

    @SuppressWarnings({ "JavaUtilDate", "UnnecessaryStringBuilder" }) // users send them
    private static List<Object> all() {
        List<Object> all = new ArrayList<>(List.of("127.0.0.1", "1", "text", "UTC", "Europe/Berlin", "2026-07-01",
                "http://127.0.0.1/a?b#c", "2026-07-01T12:00:00.123456789Z", "PT1.5S", "EUR", "", "\uD83D\uDE00\0", 1,
                12,
                0, -1, 2026, Integer.MAX_VALUE, 1L, 0L, 1_700_000_000_123L, -7L, Long.MIN_VALUE, (short) 3, (byte) 4,
                'c',
                '\uD83D', true, false, 1.5f, 0f, Float.NaN, -0.0f, Float.NEGATIVE_INFINITY, 1.5, 0.1, Double.NaN, -0.0,
                Double.POSITIVE_INFINITY, Double.MIN_VALUE, new BigDecimal("1.200"), new BigDecimal("12E+30"),
                new BigDecimal("0.00"), BigInteger.ONE, BigInteger.TWO.pow(70).negate(), String.class, int.class,
                Map.Entry.class, int[].class));
        all.addAll(List.of(ZoneId.of("Europe/Berlin"), ZoneOffset.ofHoursMinutesSeconds(5, 30, 15), ZoneOffset.UTC,
                ZoneId.of("UTC+02:00"), Instant.ofEpochSecond(1_700_000_000, 123_456_789), Instant.MIN, Instant.MAX,
                Instant.ofEpochSecond(-1, 1), LocalDate.of(2026, 7, 1), LocalDate.MIN, LocalTime.of(12, 0, 1, 5),
                LocalTime.MIDNIGHT, LocalDateTime.of(2026, 7, 1, 12, 0, 1, 5), LocalDateTime.MAX,
                OffsetDateTime.of(LocalDateTime.of(2026, 7, 1, 12, 0), ZoneOffset.ofHours(5)), OffsetDateTime.MIN,
                ZonedDateTime.parse("2026-10-25T02:30+01:00[Europe/Berlin]"),
                ZonedDateTime.parse("2026-10-25T02:30+02:00[Europe/Berlin]"),
                ZonedDateTime.parse("2026-10-25T02:30Z[UTC]"), ZonedDateTime.parse("2026-10-25T02:30Z"),
                Duration.ofSeconds(-1, 1), Duration.ofSeconds(Long.MAX_VALUE, 999_999_999), Duration.ZERO,
                Period.of(1, -2, 40), DayOfWeek.MONDAY, Month.MAY, TimeUnit.SECONDS, ChronoUnit.DAYS));
        all.addAll(List.of(Locale.GERMANY, Locale.ROOT, Locale.forLanguageTag("zh-Hant-TW-x-private"),
                Locale.of("no", "NO", "NY"), Locale.JAPAN, Currency.getInstance("EUR"), StandardCharsets.UTF_8,
                URI.create("urn:a%20b"), URI.create(""), URI.create("../a"), Path.of("/a/b"), Path.of(""),
                Path.of("a b/../c"),
                new UUID(1, -2), TimeZone.getTimeZone("Europe/Berlin"), new SimpleTimeZone(1234, "own"),
                TimeZone.getTimeZone("GMT+03:00"), new GregorianCalendar(TimeZone.getTimeZone("Asia/Tokyo"), Locale.US),
                new Date(1_700_000_000_123L), new Timestamp(5), nanos(),
                Pattern.compile("a+", Pattern.CASE_INSENSITIVE),
                new int[]{ 1, -2 }, new long[]{ 5, 1L << 40 }, new byte[]{ 1, 2 }, new char[]{ 'a', '\uD83D' },
                new short[]{ 1 }, new float[]{ Float.NaN, 1 }, new double[]{ -0.0 }, new boolean[]{ true },
                new String[]{ "a", "" }, new Object[]{ 1, "a", 5L }, ByteBuffer.wrap(new byte[]{ 1, 2, 3 }, 1, 1),
                ByteBuffer.allocateDirect(4), address(), new InetSocketAddress(address(), 80),
                InetSocketAddress.createUnresolved("host.invalid", 80), new File("a/b"), new StringBuilder("b"),
                BitSet.valueOf(new long[]{ 5 }),
                new BitSet()));
        all.addAll(collections());
        return List.copyOf(all);
    }

    @SuppressWarnings("IdentityHashMapUsage") // it is to be refused
    private static List<Object> collections() {
        TreeSet<String> reversed = new TreeSet<>(Comparator.reverseOrder());
        reversed.addAll(List.of("a", "b"));
        TreeMap<String, Integer> reversedMap = new TreeMap<>(Comparator.reverseOrder());
        reversedMap.putAll(Map.of("a", 1, "b", 2));
        Map<String, Object> linked = new LinkedHashMap<>();
        linked.put("z", 1);
        linked.put("a", null);
        return List.of(List.of("a", "b"), List.of(), Set.of("one", "two"), new ArrayList<>(List.of(1, 5L)),
                Map.of("k", 1L),
                linked, new LinkedHashSet<>(List.of("z", "a")), reversed, reversedMap, new TreeSet<>(List.of("q", "b")),
                Collections.unmodifiableList(new ArrayList<>(List.of("u"))), Collections.unmodifiableMap(linked),
                Collections.singletonList("s"), Collections.emptyMap(), new ArrayDeque<>(List.of("x", "y")),
                new PriorityQueue<>(List.of("y", "x")), EnumSet.of(Month.MAY), new EnumMap<>(Map.of(Month.MAY, "m")),
                Map.entry("k", "v"), Optional.of("o"), Optional.empty(), OptionalInt.of(3), OptionalInt.empty(),
                Map.of(1, "one"), Map.of(Month.MAY, 1), Map.of("nested", List.of(Map.of("deep", 2.5))),
                List.of((Object) List.of((short) 1)), List.of(Instant.EPOCH), new IdentityHashMap<>(Map.of("i", "i")));
    }

    private static Timestamp nanos() {
        Timestamp nanos = new Timestamp(5);
        nanos.setNanos(123_456_789);
        return nanos;
    }

    private static InetAddress address() {
        try {
            return InetAddress.getByAddress("name.invalid", new byte[]{ 127, 0, 0, 1 });
        } catch (java.net.UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    /** {@return lists of arguments for parameters: the first that fit, the second that fit, and so on} */
    static List<Object[]> lists(Class<?>[] parameters) {
        if (parameters.length == 0) {
            return List.<Object[]>of(new Object[0]);
        }
        if (parameters.length > 7) {
            return List.of();
        }
        List<List<Object>> fitting = Stream.of(parameters).map(Arguments::fitting).toList();
        int most = fitting.stream().mapToInt(List::size).max().orElse(0);
        List<Object[]> lists = new ArrayList<>();
        for (int i = 0; i < most && fitting.stream().noneMatch(List::isEmpty); i++) {
            int number = i;
            lists.add(fitting.stream().map(values -> values.get(number % values.size())).toArray());
        }
        return lists;
    }

    private static List<Object> fitting(Class<?> parameter) {
        Class<?> boxed = java.lang.invoke.MethodType.methodType(parameter).wrap().returnType();
        return ALL.stream().filter(boxed::isInstance).toList();
    }
}
