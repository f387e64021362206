package io.resourcelink.boot.autoconfigure;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;

import org.springframework.boot.autoconfigure.condition.NoneNestedConditions;
import org.springframework.context.annotation.Conditional;

/** Matches where processes can exchange messages. */
@Retention(RetentionPolicy.RUNTIME)
@Conditional(ConditionalOnLinux.Condition.class)
@interface ConditionalOnLinux {

    /** Is made by the container. */
    final class Condition extends NoneNestedConditions {

        Condition() {
            super(ConfigurationPhase.REGISTER_BEAN);
        }

        @ConditionalOffLinux
        static final class OffLinux {

            private OffLinux() {}
        }
    }
}
