package io.resourcelink.boot.claim.autoconfigure;

import java.util.List;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Matches if there is a secret for claims. */
final class OnClaimSecretsCondition extends SpringBootCondition {

    private static final String SECRETS = "ipc.claims.secrets";

    @Override
    public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
        List<String> secrets = Binder.get(context.getEnvironment()).bind(SECRETS, Bindable.listOf(String.class))
                .orElse(List.of());
        ConditionMessage.Builder message = ConditionMessage.forCondition("Secrets of claims");
        return secrets.isEmpty()
                ? ConditionOutcome.noMatch(message.because("there is no " + SECRETS))
                : ConditionOutcome.match(message.because("there is " + SECRETS));
    }
}
