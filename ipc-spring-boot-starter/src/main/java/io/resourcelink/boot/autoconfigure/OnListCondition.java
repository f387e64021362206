package io.resourcelink.boot.autoconfigure;

import java.util.List;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Matches if a property is a list with an element. An empty one, as a variable of the environment may leave it, counts as none. (Spring
 * Boot's own condition of this kind takes it for a list.)
 */
public abstract class OnListCondition extends SpringBootCondition {

    private final String property;

    /**
     * Creates the condition.
     *
     * @param property the name of the property
     */
    protected OnListCondition(String property) {
        this.property = property;
    }

    @Override
    public final ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
        List<String> elements = Binder.get(context.getEnvironment()).bind(property, Bindable.listOf(String.class))
                .orElse(List.of());
        ConditionMessage.Builder message = ConditionMessage.forCondition("List");
        return elements.isEmpty()
                ? ConditionOutcome.noMatch(message.because(property + " has no element"))
                : ConditionOutcome.match(message.because(property + " has an element"));
    }
}
