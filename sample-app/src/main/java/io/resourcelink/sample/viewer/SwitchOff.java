package io.resourcelink.sample.viewer;

import org.springframework.beans.factory.config.DestructionAwareBeanPostProcessor;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.sample.message.Host;

/**
 * Removes what the far host has fetched when its viewer ends, as if the host was switched off. Everything that uses the factory has ended by
 * then, also the workers of a far studio. The factory itself ends right after that.
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
