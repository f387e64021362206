package io.resourcelink.boot.messaging;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Holds several {@link IpcListener} annotations of one method or class, which then listens to each of their destinations. */
@Target({ ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface IpcListeners {

    /**
     * The annotations.
     *
     * @return the annotations
     */
    IpcListener[] value();
}
