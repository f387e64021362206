package io.resourcelink.boot.claim.listener;

import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.Message;

import io.resourcelink.ResourceLink;
import io.resourcelink.boot.claim.listener.autoconfigure.FunctionOpenClaimAutoConfiguration;
import io.resourcelink.claim.Claim;

import static org.assertj.core.api.Assertions.assertThat;

/** Function beans of Spring Cloud Stream. The class that tells that it is there is defined by the test. */
class FunctionBeansTest {

    private static final String CATALOG = "org.springframework.cloud.function.context.FunctionCatalog";

    private final ApplicationContextRunner without = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(FunctionOpenClaimAutoConfiguration.class));
    private final ApplicationContextRunner runner = without.withClassLoader(new WithCatalog());

    @ParameterizedTest
    @ValueSource(classes = { Links.class, Messages.class, Results.class, Sources.class })
    void linksAreRefusedAtStart(Class<?> application) {
        runner.withUserConfiguration(application).run(context -> assertThat(context).getFailure()
                .isInstanceOf(InvalidClaimListenerException.class)
                .satisfies(failure -> assertThat(((InvalidClaimListenerException) failure).declaration())
                        .contains("\"scans\"").endsWith(".").doesNotContain(". "))
                .hasMessageContaining("io.resourcelink.boot.claim.Claims in a try-with-resources statement"));
    }

    @Test
    void claimsAreNot() {
        runner.withUserConfiguration(OfClaims.class).run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void withoutSpringCloudItIsAnyFunction() {
        without.withUserConfiguration(Links.class)
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean("linksInFunctionBeans"));
    }

    @Configuration(proxyBeanMethods = false)
    static class Links {

        @Bean
        Consumer<ResourceLink> scans() {
            return _ -> {};
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Messages {

        @Bean
        Consumer<Message<ResourceLink>> scans() {
            return _ -> {};
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Results {

        @Bean
        Function<String, ResourceLink> scans() {
            return _ -> {
                throw new UnsupportedOperationException();
            };
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Sources {

        @Bean
        Supplier<List<ResourceLink>> scans() {
            return List::of;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OfClaims {

        @Bean
        Function<Claim, String> scans() {
            return Claim::toText;
        }
    }

    /** Makes an empty class with the name of the catalog: a condition only asks whether there is one. */
    private static final class WithCatalog extends ClassLoader {

        WithCatalog() {
            super(FunctionBeansTest.class.getClassLoader());
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            if (name.equals(CATALOG)) {
                byte[] bytes = ClassFile.of().build(ClassDesc.of(name),
                        _ -> {});
                return defineClass(name, bytes, 0, bytes.length);
            }
            throw new ClassNotFoundException(name);
        }
    }
}
