package io.resourcelink.sample.viewer;

import org.springframework.beans.factory.config.DestructionAwareBeanPostProcessor;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.sample.message.Host;

/**
 * A far host is switched off with its viewer, and what it had fetched is gone. That is when everything that uses the factory has ended, a
 * far studio's own workers among it, and the factory itself has not.
 */
@Component
final class SwitchOff implements DestructionAwareBeanPostProcessor {

    private final boolean far;

    SwitchOff(Environment environment) {
        this.far = environment.getRequiredProperty("viewer.host", Host.class) == Host.FAR;
    }

    @Override
    public boolean requiresDestruction(Object bean) {
        return far && bean instanceof ResourceLinkFactory;
    }

    @Override
    public void postProcessBeforeDestruction(Object bean, String name) {
        if (far && bean instanceof ResourceLinkFactory segments) {
            segments.list().forEach(segment -> segments.remove(segment.key()));
        }
    }
}
