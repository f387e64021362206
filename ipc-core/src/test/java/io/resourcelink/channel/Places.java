package io.resourcelink.channel;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaCodeUnitAccess;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

/**
 * Every place of the library that calls code of its users or the logger, found in the compiled classes, and whether a thread
 * of the library gets there. A place that only a caller's thread reaches is on the list as well.
 */
final class Places {

    /** What users or the platform implement that the library does not declare. The message is read by a user's class. */
    private static final Set<String> FOREIGN = Set.of("System.getLogger", "System$Logger.log",
            "ThreadFactory.newThread", "BlockingQueue.put", "Executor.execute", "ObjectReader.readValue",
            "ObjectWriter.writeValueAsBytes");

    /** Public interfaces that only the library implements: what a codec is given, and the steps of its threads. */
    private static final Set<String> OWN = Set.of("Incoming", "Outgoing", "Step");

    /** What is handed over here runs on a thread of the library, or on its Cleaner's. */
    private static final Set<String> HAND_OVER = Set.of("Worker.<init>", "Recurring.<init>",
            "Closer.guard", "Closer.of", "Watchlist.add", "Thread$Builder$OfPlatform.start");

    private final JavaClasses library = library();
    private final Set<JavaCodeUnit> onThreads = reachable(roots());

    /**
     * A call.
     *
     * @param caller the class and the method that call
     * @param target the type and the method that are called
     */
    record Place(String caller, String target) implements Comparable<Place> {

        @Override
        public int compareTo(Place other) {
            return toString().compareTo(other.toString());
        }

        @Override
        public String toString() {
            return caller + " -> " + target;
        }
    }

    /** What the library does not declare is not needed, so it is not looked for. */
    private static JavaClasses library() {
        return ArchConfiguration.withThreadLocalScope(configuration -> {
            configuration.setResolveMissingDependenciesFromClassPath(false);
            return new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("io.resourcelink");
        });
    }

    /** {@return all of them, and whether a library's thread gets there} */
    Map<Place, Boolean> find() {
        Map<Place, Boolean> places = new TreeMap<>();
        for (JavaClass caller : library) {
            for (JavaCodeUnit unit : caller.getCodeUnits()) {
                for (JavaCodeUnitAccess<?> access : calls(unit)) {
                    if (isForeign(access)) {
                        places.merge(place(unit, access), onThreads.contains(unit), Boolean::logicalOr);
                    }
                }
            }
        }
        return places;
    }

    private static Set<JavaCodeUnitAccess<?>> calls(JavaCodeUnit unit) {
        Set<JavaCodeUnitAccess<?>> calls = new LinkedHashSet<>(unit.getCallsFromSelf());
        calls.addAll(unit.getMethodReferencesFromSelf());
        calls.addAll(unit.getConstructorReferencesFromSelf());
        return calls;
    }

    private static Place place(JavaCodeUnit unit, JavaCodeUnitAccess<?> access) {
        return new Place(name(unit.getOwner().getName(), unit.getName()), target(access));
    }

    private static String target(JavaCodeUnitAccess<?> access) {
        return name(access.getTargetOwner().getName(), access.getName());
    }

    private static boolean isForeign(JavaCodeUnitAccess<?> access) {
        return FOREIGN.contains(target(access)) || (isOpen(access.getTargetOwner()) && !isStatic(access));
    }

    /** An interface that users may implement, and not one that is only the library's way of speaking to itself. */
    private static boolean isOpen(JavaClass owner) {
        return owner.getName().startsWith("io.resourcelink.")
                && !owner.getName().startsWith("io.resourcelink.internal.") && owner.isInterface()
                && !owner.isAnnotation()
                && !OWN.contains(owner.getSimpleName()) && isPublic(owner)
                && owner.getEnclosingClass().map(Places::isPublic).orElse(true) && !owner.reflect().isSealed();
    }

    /** A static method of an interface is the library's own. */
    private static boolean isStatic(JavaCodeUnitAccess<?> access) {
        return access.getTarget().resolveMember()
                .filter(member -> member.getModifiers().contains(JavaModifier.STATIC)).isPresent();
    }

    private static boolean isPublic(JavaClass type) {
        return type.getModifiers().contains(JavaModifier.PUBLIC);
    }

    /** What threads begin with: what is referred to where work is handed over, and all that is a {@link Runnable}. */
    private Set<JavaCodeUnit> roots() {
        Set<JavaCodeUnit> roots = new HashSet<>();
        for (JavaClass type : library) {
            for (JavaCodeUnit unit : type.getCodeUnits()) {
                if (unit.getCallsFromSelf().stream().anyMatch(call -> HAND_OVER.contains(target(call)))) {
                    calls(unit).stream().filter(call -> call.isDeclaredInLambda()
                            || unit.getMethodReferencesFromSelf().contains(call))
                            .forEach(call -> roots.addAll(targets(call)));
                }
            }
            if (type.isAssignableTo(Runnable.class)) {
                type.getMethods().stream().filter(method -> method.getName().equals("run")).forEach(roots::add);
            }
        }
        return roots;
    }

    private Set<JavaCodeUnit> reachable(Set<JavaCodeUnit> roots) {
        Set<JavaCodeUnit> reached = new HashSet<>(roots);
        Deque<JavaCodeUnit> open = new ArrayDeque<>(roots);
        while (!open.isEmpty()) {
            for (JavaCodeUnitAccess<?> access : calls(open.remove())) {
                for (JavaCodeUnit next : targets(access)) {
                    if (reached.add(next)) {
                        open.add(next);
                    }
                }
            }
        }
        return reached;
    }

    /** What a call may end in: the method of the type that is named, of what it extends, and of what extends it. */
    private static Set<JavaCodeUnit> targets(JavaCodeUnitAccess<?> access) {
        JavaClass owner = access.getTargetOwner();
        Set<JavaCodeUnit> targets = new HashSet<>();
        if (owner.getName().startsWith("io.resourcelink.")) {
            Set<JavaClass> types = new TreeSet<>((a, b) -> a.getName().compareTo(b.getName()));
            types.add(owner);
            types.addAll(owner.getAllRawSuperclasses());
            types.addAll(owner.getAllSubclasses());
            for (JavaClass type : types) {
                type.getCodeUnits().stream().filter(unit -> unit.getName().equals(access.getName()))
                        .forEach(targets::add);
            }
        }
        return targets;
    }

    /** {@return a name as both the class file and a stack have it: without package, and without a lambda's number} */
    static String name(String type, String method) {
        String name = method;
        while (name.matches("lambda\\$.*\\$\\d+")) {
            name = name.substring("lambda$".length(), name.lastIndexOf('$'));
        }
        return type.substring(type.lastIndexOf('.') + 1) + '.' + name;
    }
}
