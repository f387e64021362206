package io.resourcelink.boot.test.autoconfigure;

import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.test.context.ContextConfigurationAttributes;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.ContextCustomizerFactory;
import org.springframework.test.context.MergedContextConfiguration;
import org.springframework.test.context.TestContextAnnotationUtils;

/** Gives the contexts of tests that are {@link AutoConfigureIpc} their directories. */
final class IpcContextCustomizerFactory implements ContextCustomizerFactory {

    IpcContextCustomizerFactory() {}

    @Override
    public @Nullable ContextCustomizer createContextCustomizer(Class<?> testClass,
            List<ContextConfigurationAttributes> configAttributes) {
        return TestContextAnnotationUtils.hasAnnotation(testClass, AutoConfigureIpc.class)
                ? new DirectoriesCustomizer()
                : null;
    }

    /** All are equal, so that test classes may share a context: each test must leave it as it found it anyway. */
    private record DirectoriesCustomizer() implements ContextCustomizer {

        private static final String NAME = "ipcTestDirectories";

        @Override
        public void customizeContext(ConfigurableApplicationContext context, MergedContextConfiguration configuration) {
            PrivateDirectories directories = new PrivateDirectories();
            context.getEnvironment().getPropertySources()
                    .addFirst(new MapPropertySource(NAME, directories.properties()));
            // The first to be registered is the last to be destroyed: after the factory is closed.
            ((DefaultListableBeanFactory) context.getBeanFactory()).registerDisposableBean(NAME, directories);
        }
    }
}
