package io.resourcelink.cli;

import java.lang.foreign.MemorySegment;

import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.properties.HasName;
import com.tngtech.archunit.core.domain.properties.HasOwner;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTag;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;

@ArchTag("slow")
@AnalyzeClasses(packages = "io.resourcelink.cli", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule MEMORY_OF_SEGMENTS_IS_ACCESSED_BY_THE_LIBRARY = noClasses().that()
            .doNotHaveSimpleName("Host").should()
            .callMethodWhere(JavaCall.Predicates
                    .target(HasOwner.Predicates.With.owner(equivalentTo(MemorySegment.class)))
                    .and(JavaCall.Predicates.target(HasName.Predicates.nameMatching("[gs]et\\w*|fill|mismatch|copy"
                            + "|copyFrom|toArray"))))
            .because("an access behind the end of a truncated file ends the JVM unless the library makes it");

    @ArchTest
    static final ArchRule STATE_IS_NEVER_STATIC = noFields().that().areStatic().and().areNotFinal().should()
            .beDeclaredInClassesThat().resideInAPackage("io.resourcelink..").allowEmptyShould(true)
            .because("a test runs the command many times in one process");

    @ArchTest
    static final ArchRule NAMES_SAY_SOMETHING = noClasses().should()
            .haveNameMatching(".*(Manager|Helper|Utils?|Impl|Base|Abstract\\w*)")
            .because("such a name says that nobody knew what the class is for");
}
