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
            .layer("message").definedBy("..message")
            .layer("layout").definedBy("..layout")
            .whereLayer("application").mayNotBeAccessedByAnyLayer()
            .whereLayer("studio").mayNotBeAccessedByAnyLayer()
            .whereLayer("worker").mayOnlyBeAccessedByLayers("application", "studio")
            .whereLayer("picture").mayOnlyBeAccessedByLayers("studio")
            .whereLayer("message").mayOnlyBeAccessedByLayers("studio", "worker")
            .whereLayer("layout").mayOnlyBeAccessedByLayers("studio", "worker", "picture")
            .because("studio and worker are two programs that share nothing but segments and messages");

    @ArchTest
    static final ArchRule THE_WORKER_NEEDS_NO_WEB = noClasses().that()
            .resideInAnyPackage("..worker", "..message", "..layout").should().dependOnClassesThat()
            .resideInAnyPackage("org.springframework.web..", "org.springframework.http..", "java.awt..")
            .because("it is an application without a web server");
}
