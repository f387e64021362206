package io.resourcelink.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.module.ModuleDescriptor;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.properties.HasName;
import com.tngtech.archunit.core.domain.properties.HasOwner;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTag;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

import io.resourcelink.ResourceLink;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;

@ArchTag("slow")
@AnalyzeClasses(packages = "io.resourcelink.cli", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule MEMORY_OF_SEGMENTS_IS_ACCESSED_BY_THE_LIBRARY = noClasses().that()
            .doNotHaveSimpleName("Machine").should()
            .callMethodWhere(JavaCall.Predicates
                    .target(HasOwner.Predicates.With.owner(equivalentTo(MemorySegment.class)))
                    .and(JavaCall.Predicates.target(HasName.Predicates.nameMatching("[gs]et\\w*|fill|mismatch|copy"
                            + "|copyFrom|toArray"))))
            .because("an access behind the end of a truncated file ends the JVM unless the library makes it");

    @ArchTest
    static final ArchRule OF_CORE_ONLY_WHAT_IS_EXPORTED_IS_USED = noClasses().should()
            .dependOnClassesThat(resideInAPackage("io.resourcelink..")
                    .and(resideOutsideOfPackage("io.resourcelink.cli")).and(not(areExported())))
            .because("the command is a module of its own, and module-info says what it may know of the library");

    private static DescribedPredicate<JavaClass> areExported() {
        String file = "/META-INF/versions/17/module-info.class";
        try (InputStream in = ResourceLink.class.getResourceAsStream(file)) {
            ModuleDescriptor core = ModuleDescriptor.read(Objects.requireNonNull(in, file));
            Set<String> packages = core.exports().stream()
                    .filter(export -> !export.isQualified() || export.targets().contains("io.resourcelink.cli"))
                    .map(ModuleDescriptor.Exports::source).collect(Collectors.toSet());
            return DescribedPredicate.describe("are exported by " + core.name(),
                    type -> packages.contains(type.getPackageName()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ArchTest
    static final ArchRule STATE_IS_NEVER_STATIC = noFields().that().areStatic().and().areNotFinal().should()
            .beDeclaredInClassesThat().resideInAPackage("io.resourcelink..").allowEmptyShould(true)
            .because("a test runs the command many times in one process");

    @ArchTest
    static final ArchRule NAMES_SAY_SOMETHING = noClasses().should()
            .haveNameMatching(".*(Manager|Helper|Utils?|Impl|Base|Abstract\\w*)")
            .because("such a name says that nobody knew what the class is for");
}
