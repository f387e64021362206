package io.resourcelink.boot.autoconfigure;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.context.annotation.Conditional;

/**
 * {@link Conditional @Conditional} that matches on Linux, where processes can share segments and exchange messages. The
 * property {@code os.name} of the environment decides.
 */
@Target({ ElementType.TYPE, ElementType.METHOD })
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Conditional(OnLinuxCondition.class)
public @interface ConditionalOnLinux {

    /**
     * Whether the system has to be Linux.
     *
     * @return {@code false} to match on all other systems instead
     */
    boolean value() default true;
}
