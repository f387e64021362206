package io.resourcelink.boot.messaging;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaCodeUnitAccess;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

/**
 * Every place of the starter that calls what users implement, found in the compiled classes: interfaces of the library, of
 * Spring, of Micrometer and of the logger, and the methods of the core and of Spring that call users' code in their turn.
 */
final class Places {

    /** Whose interfaces users implement, or have implemented by what they give handlers to. */
    private static final List<String> FOREIGN = List.of("org.springframework.", "io.micrometer.",
            "org.apache.commons.logging.", "java.util.function.", "java.util.concurrent.ThreadFactory",
            "java.time.InstantSource", "java.lang.AutoCloseable");

    /** Methods of classes, and static ones, that call users' code. */
    private static final Set<String> LEADING = Set.of("InvocableHandlerMethod.invoke", "Observation.createNotStarted",
            "IpcTemplate.doConvert", "RequestReplyTemplate.doConvert", "LogFactory.getLog", "Counter$Builder.register",
            "Timer$Builder.register",
            "Gauge$Builder.register", "FunctionCounter$Builder.register", "SubSender.send", "SubSender.request",
            "SubReceiver.receive", "Received.message", "Received.as", "Received.keep", "Received.reply",
            "Channel.discard",
            "ResourceLinkFactory.collectOrphans");

    private Places() {}

    /**
     * A call.
     *
     * @param caller the class and the method that call
     * @param target the type and the method that are called
     * @param reference whether the method is only referred to there, and called by other code
     */
    record Place(String caller, String target, boolean reference) implements Comparable<Place> {

        String method() {
            return target.substring(target.lastIndexOf('.') + 1);
        }

        @Override
        public int compareTo(Place other) {
            return toString().compareTo(other.toString());
        }

        @Override
        public String toString() {
            return caller + " -> " + target;
        }
    }

    /**
     * Finds them. What runs at build time and in users' tests is left out, and of what makes the beans all but the calls of the
     * library's own interfaces: the container is Spring's, and a bean that fails there fails the start.
     */
    static Set<Place> find() {
        Set<Place> places = new TreeSet<>();
        for (JavaClass caller : library()) {
            boolean start = caller.getPackageName().endsWith(".autoconfigure");
            boolean aside = caller.getPackageName().startsWith("io.resourcelink.boot.test")
                    || caller.getSimpleName().matches(".*(AotProcessor|RuntimeHints)");
            if (!aside) {
                caller.getCodeUnits().forEach(unit -> add(places, unit, start));
            }
        }
        return places;
    }

    private static JavaClasses library() {
        return ArchConfiguration.withThreadLocalScope(configuration -> {
            configuration.setResolveMissingDependenciesFromClassPath(false);
            return new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("io.resourcelink.boot");
        });
    }

    private static void add(Set<Place> places, JavaCodeUnit unit, boolean start) {
        List<JavaCodeUnitAccess<?>> calls = new ArrayList<>(unit.getCallsFromSelf());
        calls.addAll(unit.getMethodReferencesFromSelf());
        for (JavaCodeUnitAccess<?> access : calls) {
            String target = name(access.getTargetOwner().getName(), access.getName());
            boolean foreign = !start && (LEADING.contains(target) || isForeign(access));
            if (foreign || isOpen(access)) {
                places.add(new Place(name(unit.getOwner().getName(), unit.getName()), target,
                        unit.getMethodReferencesFromSelf().contains(access)));
            }
        }
    }

    private static boolean isForeign(JavaCodeUnitAccess<?> access) {
        String owner = access.getTargetOwner().getName();
        return FOREIGN.stream().anyMatch(owner::startsWith) && isInterfaceMethod(access);
    }

    /** A public interface of the library, which users may implement. */
    private static boolean isOpen(JavaCodeUnitAccess<?> access) {
        String owner = access.getTargetOwner().getName();
        return owner.startsWith("io.resourcelink.") && isInterfaceMethod(access)
                && Modifier.isPublic(access.getTargetOwner().reflect().getModifiers());
    }

    private static boolean isInterfaceMethod(JavaCodeUnitAccess<?> access) {
        Class<?> owner = access.getTargetOwner().reflect();
        return owner.isInterface() && !owner.isAnnotation() && !owner.isSealed()
                && !Arrays.stream(owner.getMethods()).filter(method -> method.getName().equals(access.getName()))
                        .allMatch(Places::isStatic);
    }

    private static boolean isStatic(Method method) {
        return Modifier.isStatic(method.getModifiers());
    }

    /** {@return a name as both the class file and a stack have it: without package, and without a lambda's number} */
    static String name(String type, String method) {
        String name = method;
        while (name.matches("lambda\\$.*\\$\\d+")) {
            name = name.substring("lambda$".length(), name.lastIndexOf('$'));
        }
        if (!name.equals(method)) {
            name = name.equals("new") ? "<init>" : name.equals("static") ? "<clinit>" : name;
        }
        return type.substring(type.lastIndexOf('.') + 1) + '.' + name;
    }
}
