package io.resourcelink;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;

/**
 * Finds classes of one package that depend on each other, directly or through others of the package: the strongly
 * connected components of the dependency graph. A nested class counts as its top-level class. The algorithm is
 * Tarjan's.
 */
public final class Cycles {

    private final Map<JavaClass, Set<JavaClass>> targets;
    private final Map<JavaClass, Integer> lowest = new HashMap<>();
    private final Deque<JavaClass> path = new ArrayDeque<>();
    private final Set<JavaClass> finished = new HashSet<>();
    private final Set<Set<String>> found = new HashSet<>();

    private Cycles(Map<JavaClass, Set<JavaClass>> targets) {
        this.targets = targets;
    }

    /**
     * {@return the cycles inside the packages: for each, the full names of all its classes}
     *
     * @param classes the classes of all packages
     */
    public static Set<Set<String>> insidePackages(JavaClasses classes) {
        Map<JavaClass, Set<JavaClass>> targets = new TreeMap<>((one, other) -> one.getName()
                .compareTo(other.getName()));
        for (JavaClass origin : classes) {
            Set<JavaClass> ofOrigin = targets.computeIfAbsent(topLevel(origin), _ -> new HashSet<>());
            for (Dependency dependency : origin.getDirectDependenciesFromSelf()) {
                JavaClass target = topLevel(dependency.getTargetClass().getBaseComponentType());
                if (target.getPackageName().equals(origin.getPackageName()) && !target.equals(topLevel(origin))) {
                    ofOrigin.add(target);
                }
            }
        }
        Cycles cycles = new Cycles(targets);
        targets.keySet().forEach(cycles::visit);
        return cycles.found;
    }

    private static JavaClass topLevel(JavaClass type) {
        return type.getEnclosingClass().map(Cycles::topLevel).orElse(type);
    }

    private int visit(JavaClass type) {
        Integer known = lowest.get(type);
        if (known != null) {
            return finished.contains(type) ? Integer.MAX_VALUE : known;
        }
        int index = lowest.size();
        int low = index;
        lowest.put(type, index);
        path.push(type);
        for (JavaClass target : targets.getOrDefault(type, Set.of())) {
            low = Math.min(low, visit(target));
        }
        if (low == index) {
            finish(type);
        }
        return low;
    }

    private void finish(JavaClass first) {
        Set<String> component = new TreeSet<>();
        JavaClass type;
        do {
            type = path.pop();
            finished.add(type);
            component.add(type.getFullName());
        } while (!type.equals(first));
        if (component.size() > 1) {
            found.add(component);
        }
    }
}
