package io.resourcelink.boot.autoconfigure;

import java.lang.reflect.Method;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.aot.generate.ClassNameGenerator;
import org.springframework.aot.generate.DefaultGenerationContext;
import org.springframework.aot.generate.GeneratedFiles.Kind;
import org.springframework.aot.generate.InMemoryGeneratedFiles;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.javapoet.ClassName;

import io.resourcelink.boot.TestDirectories;

import static org.assertj.core.api.Assertions.assertThat;

/** Ahead-of-time processing of an application with this starter. */
class AheadOfTimeTest {

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    private final InMemoryGeneratedFiles files = new InMemoryGeneratedFiles();
    private final DefaultGenerationContext generation = new DefaultGenerationContext(
            new ClassNameGenerator(ClassName.get(Application.class)), files);

    @Test
    void beansAreMadeByGeneratedCodeAndTheScheduledMethodStaysReachable() throws Exception {
        try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
            TestPropertyValues.of(directories.properties()).applyTo(context);
            context.register(Application.class);
            new ApplicationContextAotGenerator().processAheadOfTime(context, generation);
            generation.writeGeneratedContent();
        }

        assertThat(files.getGeneratedFiles(Kind.SOURCE).keySet())
                .anyMatch(name -> name.endsWith("IpcAutoConfiguration__BeanDefinitions.java"))
                .anyMatch(name -> name.endsWith("OrphanCollectorAutoConfiguration__BeanDefinitions.java"));
        Method scheduled = OrphanCollection.class.getDeclaredMethod("collect");
        assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(scheduled))
                .accepts(generation.getRuntimeHints());
        assertThat(RuntimeHintsPredicates.reflection().onType(IpcProperties.Gc.class))
                .accepts(generation.getRuntimeHints());
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {}
}
