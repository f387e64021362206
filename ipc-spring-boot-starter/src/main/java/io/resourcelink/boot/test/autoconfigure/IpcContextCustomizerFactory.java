package io.resourcelink.boot.test.autoconfigure;

import java.util.List;

import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.test.context.ContextConfigurationAttributes;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.ContextCustomizerFactory;
import org.springframework.test.context.MergedContextConfiguration;

/** Gives the contexts of tests with {@link AutoConfigureIpc} directories of their own, and checks them after each test. */
final class IpcContextCustomizerFactory implements ContextCustomizerFactory {

    IpcContextCustomizerFactory() {}

    @Override
    public ContextCustomizer createContextCustomizer(Class<?> testClass,
            List<ContextConfigurationAttributes> configAttributes) {
        return new Customizer();
    }

    /** All are equal, so that test classes share a context. Each test must leave it as it was. */
    private record Customizer() implements ContextCustomizer {

        private static final String NAME = "ipcTestDirectories";

        @Override
        public void customizeContext(ConfigurableApplicationContext context, MergedContextConfiguration configuration) {
            PrivateDirectories directories = new PrivateDirectories();
            context.getEnvironment().getPropertySources()
                    .addFirst(new MapPropertySource(NAME, directories.properties()));
            // The first that is registered is the last that is destroyed: after the factory is closed.
            ((DefaultListableBeanFactory) context.getBeanFactory()).registerDisposableBean(NAME, directories);
            context.addApplicationListener(new LeftSegments(context));
        }
    }
}
