package io.resourcelink.boot.claim.listener.autoconfigure;

import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.Arrays;

import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.util.ReflectionUtils;

import io.resourcelink.boot.claim.listener.OpenClaim;

/**
 * Tells whether an application uses {@link OpenClaim}. If not, its listeners keep the factories that their libraries make for
 * them.
 */
final class OpenClaimUse {

    private OpenClaimUse() {}

    /** {@return whether a bean's class has a method with such a parameter} No bean is made for the question. */
    static boolean in(ConfigurableListableBeanFactory beans) {
        return Arrays.stream(beans.getBeanDefinitionNames())
                .map(name -> AutoProxyUtils.determineTargetClass(beans, name))
                .anyMatch(type -> type != null && uses(type));
    }

    private static boolean uses(Class<?> type) {
        if (type.getName().startsWith("org.springframework.")) {
            return false;
        }
        try {
            return Arrays.stream(ReflectionUtils.getUniqueDeclaredMethods(type)).anyMatch(OpenClaimUse::uses);
        } catch (LinkageError _) {
            // A class that an optional library is missing for: its methods cannot be listeners here.
            return false;
        }
    }

    private static boolean uses(Method method) {
        return Arrays.stream(method.getParameters()).anyMatch(OpenClaimUse::isMarked);
    }

    private static boolean isMarked(Parameter parameter) {
        return parameter.isAnnotationPresent(OpenClaim.class);
    }
}
