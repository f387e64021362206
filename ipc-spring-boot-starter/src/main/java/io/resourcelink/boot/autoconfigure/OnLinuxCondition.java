package io.resourcelink.boot.autoconfigure;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** The condition of {@link ConditionalOnLinux @ConditionalOnLinux}. */
final class OnLinuxCondition extends SpringBootCondition {

    private static final String OS_NAME = "os.name";

    OnLinuxCondition() {}

    @Override
    public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
        boolean expected = metadata.getAnnotations().get(ConditionalOnLinux.class).getBoolean("value");
        String os = context.getEnvironment().getProperty(OS_NAME, "");
        return new ConditionOutcome(os.equals("Linux") == expected,
                ConditionMessage.forCondition(ConditionalOnLinux.class).because(OS_NAME + " is '" + os + "'"));
    }
}
