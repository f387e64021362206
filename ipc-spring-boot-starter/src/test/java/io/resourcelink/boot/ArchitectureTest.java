package io.resourcelink.boot;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTag;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.members;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

@ArchTag("slow")
@AnalyzeClasses(packages = "io.resourcelink.boot", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    private static final DescribedPredicate<JavaClass> INNER_CORE = resideInAPackage("io.resourcelink..")
            .and(DescribedPredicate.not(resideInAnyPackage("io.resourcelink", "io.resourcelink.error",
                    "io.resourcelink.channel", "io.resourcelink.memory", "io.resourcelink.internal.work",
                    "io.resourcelink.boot..")));

    @ArchTest
    static final ArchRule ARROWS_RUN_ONE_WAY = slices().matching("io.resourcelink.boot.(*)..").should().beFreeOfCycles()
            .because("what shows and measures must be usable without what wires it");

    @ArchTest
    static final ArchRule FEATURES_DO_NOT_KNOW_THE_WIRING = noClasses().that()
            .resideOutsideOfPackage("io.resourcelink.boot.autoconfigure..").should().dependOnClassesThat()
            .resideInAPackage("io.resourcelink.boot.autoconfigure..")
            .because("an application may make these beans itself, without the auto-configuration");

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
