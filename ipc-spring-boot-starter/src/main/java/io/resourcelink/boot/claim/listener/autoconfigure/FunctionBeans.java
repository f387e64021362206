package io.resourcelink.boot.claim.listener.autoconfigure;

import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.ResolvableType;

import io.resourcelink.ResourceLink;
import io.resourcelink.boot.claim.listener.InvalidClaimListenerException;

/** Refuses function beans of links: no step of theirs could close a link after the function has returned. */
final class FunctionBeans implements SmartInitializingSingleton {

    private final ConfigurableListableBeanFactory beans;

    FunctionBeans(ConfigurableListableBeanFactory beans) {
        this.beans = beans;
    }

    @Override
    public void afterSingletonsInstantiated() {
        for (Class<?> function : List.of(Consumer.class, Function.class, Supplier.class)) {
            for (String name : beans.getBeanNamesForType(function, true, false)) {
                check(name, beans.containsBeanDefinition(name)
                        ? beans.getMergedBeanDefinition(name).getResolvableType().as(function)
                        : ResolvableType.NONE);
            }
        }
    }

    private static void check(String name, ResolvableType type) {
        if (hasLink(type)) {
            throw new InvalidClaimListenerException(
                    "The function bean \"" + name + "\" has the type " + type
                            + ", and nothing would close the links when it has returned.",
                    "Let it take and return io.resourcelink.claim.Claim, and open that with the bean"
                            + " io.resourcelink.boot.claim.Claims in a try-with-resources statement.");
        }
    }

    private static boolean hasLink(ResolvableType type) {
        return type.resolve() == ResourceLink.class
                || Arrays.stream(type.getGenerics()).anyMatch(FunctionBeans::hasLink);
    }
}
