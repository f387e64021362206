package io.resourcelink.boot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTag;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;

import io.resourcelink.Cycles;
import io.resourcelink.boot.autoconfigure.ConditionalOnLinux;
import io.resourcelink.boot.messaging.IpcListener;
import io.resourcelink.boot.messaging.IpcListeners;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.members;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

@ArchTag("slow")
@AnalyzeClasses(packages = "io.resourcelink.boot", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    private static final DescribedPredicate<JavaClass> INNER_CORE = resideInAPackage("io.resourcelink.internal..")
            .and(DescribedPredicate.not(resideInAPackage("io.resourcelink.internal.work")));

    /** A pair may stand here with a reason, if its classes are one thing. */
    private static final Map<Set<String>, String> PAIRS = Map.of(
            Set.of(IpcListener.class.getName(), IpcListeners.class.getName()), "an annotation and its container",
            Set.of(ConditionalOnLinux.class.getName(), "io.resourcelink.boot.autoconfigure.OnLinuxCondition"),
            "an annotation names its condition, and the condition reads the annotation");

    @ArchTest
    static final ArchRule FEATURES_ARE_FREE_OF_CYCLES = slices().matching("io.resourcelink.boot.(*)..").should()
            .beFreeOfCycles().because("a feature can be read, and left out, without those that build on it");

    @ArchTest
    static final ArchRule PACKAGES_ARE_FREE_OF_CYCLES = slices().matching("io.resourcelink.(**)").should()
            .beFreeOfCycles().because("what shows and measures must be usable without what wires it");

    @ArchTest
    static final ArchRule FEATURES_DO_NOT_KNOW_THE_WIRING = noClasses().that()
            .resideOutsideOfPackage("..autoconfigure..").should().dependOnClassesThat()
            .resideInAPackage("io.resourcelink.boot..autoconfigure..")
            .because("an application may make these beans itself, without the auto-configuration");

    @ArchTest
    static void classesOfAPackageDoNotDependOnEachOther(JavaClasses classes) {
        assertThat(Cycles.insidePackages(classes)).as("only %s", PAIRS).isEqualTo(PAIRS.keySet());
    }

    @ArchTest
    static void noClassIsLongerThan400Lines(JavaClasses classes) throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            assertThat(files.filter(Files::isRegularFile).toList()).isNotEmpty()
                    .allSatisfy(file -> assertThat(Files.readAllLines(file)).hasSizeLessThanOrEqualTo(400));
        }
    }

    @ArchTest
    static final ArchRule ONLY_THE_PUBLIC_CORE = noClasses().should().dependOnClassesThat(INNER_CORE)
            .because("locks, mappings and system calls are the core's own, and segments have no logic here");

    @ArchTest
    static final ArchRule AUTO_CONFIGURATIONS_ARE_FINAL = classes().that().areAnnotatedWith(AutoConfiguration.class)
            .should().bePublic().andShould().haveModifier(JavaModifier.FINAL)
            .because("they are named by applications to exclude them, and are no API otherwise");

    @ArchTest
    static final ArchRule AUTO_CONFIGURATIONS_HAVE_NO_PUBLIC_MEMBERS = members().that().areDeclaredInClassesThat()
            .areAnnotatedWith(AutoConfiguration.class).should().notBePublic().andShould().notBeProtected()
            .because("what they consist of may change at any time");

    @ArchTest
    static final ArchRule BEAN_METHODS_ARE_NO_API = methods().that().areAnnotatedWith(Bean.class).should()
            .bePackagePrivate().because("beans are to be injected, not made by a call");
}
