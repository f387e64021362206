package io.resourcelink.boot.autoconfigure;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Matches on systems whose processes cannot share segments. Which system it is says the environment. */
@Retention(RetentionPolicy.RUNTIME)
@Conditional(ConditionalOffLinux.Condition.class)
@interface ConditionalOffLinux {

    /** Is made by the container. */
    final class Condition extends SpringBootCondition {

        private static final String OS_NAME = "os.name";

        Condition() {}

        @Override
        public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
            String os = context.getEnvironment().getProperty(OS_NAME, "");
            return new ConditionOutcome(!os.equals("Linux"),
                    ConditionMessage.forCondition(ConditionalOffLinux.class).because(OS_NAME + " is '" + os + "'"));
        }
    }
}
