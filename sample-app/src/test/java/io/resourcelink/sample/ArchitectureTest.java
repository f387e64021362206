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
            .layer("hosts").definedBy("..hosts")
            .layer("viewer").definedBy("..viewer")
            .layer("process").definedBy("..process")
            .layer("picture").definedBy("..picture")
            .layer("message").definedBy("..message")
            .layer("layout").definedBy("..layout")
            .whereLayer("application").mayNotBeAccessedByAnyLayer()
            .whereLayer("studio").mayNotBeAccessedByAnyLayer()
            .whereLayer("worker").mayOnlyBeAccessedByLayers("application", "studio")
            .whereLayer("hosts").mayOnlyBeAccessedByLayers("studio")
            .whereLayer("viewer").mayOnlyBeAccessedByLayers("application", "hosts")
            .whereLayer("process").mayOnlyBeAccessedByLayers("studio", "worker", "hosts", "viewer")
            .whereLayer("picture").mayOnlyBeAccessedByLayers("studio", "viewer")
            .whereLayer("message").mayOnlyBeAccessedByLayers("studio", "worker", "hosts", "viewer")
            .whereLayer("layout").mayOnlyBeAccessedByLayers("studio", "worker", "hosts", "viewer", "picture")
            .because("studio, worker and viewer are programs that share nothing but segments and messages");

    @ArchTest
    static final ArchRule WORKERS_AND_VIEWERS_NEED_NO_WEB = noClasses().that()
            .resideInAnyPackage("..worker", "..viewer", "..message",
                    "..layout")
            .should().dependOnClassesThat()
            .resideInAnyPackage("org.springframework.web..", "org.springframework.http..", "java.awt..")
            .because("they are applications without a web server");
}
