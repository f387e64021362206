package io.resourcelink.boot.messaging.autoconfigure;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextRefreshedEvent;

import io.resourcelink.boot.messaging.IpcListenerAnnotationBeanPostProcessor;

/** Logs a warning for listeners in a child context that has no post-processor of its own and therefore ignores them. */
final class ListenersOfOtherContexts implements ApplicationListener<ContextRefreshedEvent> {

    private static final Log logger = LogFactory.getLog(ListenersOfOtherContexts.class);

    private final ApplicationContext own;

    ListenersOfOtherContexts(ApplicationContext own) {
        this.own = own;
    }

    /** Events of child contexts arrive in their parents too. */
    @Override
    public void onApplicationEvent(ContextRefreshedEvent event) {
        ApplicationContext refreshed = event.getApplicationContext();
        if (refreshed.equals(own) || refreshed
                .getBeanNamesForType(IpcListenerAnnotationBeanPostProcessor.class, false, false).length > 0) {
            return;
        }
        for (String name : refreshed.getBeanDefinitionNames()) {
            Class<?> type = refreshed.getType(name, false);
            if (type != null && IpcListenerAnnotationBeanPostProcessor.hasListeners(type)) {
                logger.warn(
                        "Bean \"" + name + "\" has @IpcListener and is not called, because its context "
                                + refreshed.getId()
                                + " does not handle listeners. Add @EnableAutoConfiguration to that context.");
            }
        }
    }
}
