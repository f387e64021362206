package io.resourcelink.boot.messaging;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a method that handles messages of a class with {@link IpcListener}. The method has the parameters and the result
 * of a method with {@link IpcListener}, and may have a
 * {@link org.springframework.messaging.handler.annotation.SendTo @SendTo} of its own.
 *
 * <p>If the class has one handler, the messages have the type of its payload parameter. If it has several, their payload
 * types need a common type with {@code @JsonTypeInfo}, for example a sealed interface. The messages are read as this type.
 * Of several common types, it is the most specific one. A message goes to the handler with the most specific payload type
 * that the message has.
 */
@Target({ ElementType.METHOD, ElementType.ANNOTATION_TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface IpcHandler {

    /**
     * Whether the method handles the messages for which there is no other handler. Without a default handler, such messages fail.
     *
     * @return {@code true} for at most one handler of a class; its payload type is the common type or {@code Object}
     */
    boolean isDefault() default false;
}
