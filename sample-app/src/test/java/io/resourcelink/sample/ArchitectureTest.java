package io.resourcelink.sample;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTag;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

@ArchTag("slow")
@AnalyzeClasses(packages = "io.resourcelink.sample", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule ARROWS_RUN_ONE_WAY = layeredArchitecture().consideringOnlyDependenciesInLayers()
            .layer("application").definedBy("io.resourcelink.sample")
            .layer("studio").definedBy("..studio")
            .layer("worker").definedBy("..worker")
            .layer("picture").definedBy("..picture")
            .layer("line").definedBy("..line")
            .layer("layout").definedBy("..layout")
            .whereLayer("application").mayNotBeAccessedByAnyLayer()
            .whereLayer("studio").mayNotBeAccessedByAnyLayer()
            .whereLayer("worker").mayOnlyBeAccessedByLayers("application", "studio")
            .whereLayer("picture").mayOnlyBeAccessedByLayers("studio")
            .whereLayer("line").mayOnlyBeAccessedByLayers("studio", "worker")
            .whereLayer("layout").mayOnlyBeAccessedByLayers("studio", "worker", "picture")
            .because("studio and worker are two programs that share nothing but segments and lines");

    @ArchTest
    static final ArchRule THE_WORKER_IS_PLAIN_JAVA = noClasses().that()
            .resideInAnyPackage("..worker", "..line", "..layout").should().dependOnClassesThat()
            .resideInAnyPackage("org.springframework..", "io.resourcelink.boot..", "java.awt..")
            .because("it starts in a fraction of a second, and shows what the library needs: itself");
}
