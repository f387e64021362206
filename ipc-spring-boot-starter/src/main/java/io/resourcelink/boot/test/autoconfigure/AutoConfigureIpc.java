package io.resourcelink.boot.test.autoconfigure;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.test.context.ContextCustomizerFactories;

/**
 * Auto-configures a {@link io.resourcelink.ResourceLinkFactory} for the tests of a class. Its directories belong to the
 * application context of the test alone: no other process and no other context sees its segments. A test method fails if
 * it leaves a segment that was not there before, and the segment is removed. The directories are deleted with the context.
 *
 * <p>Works with {@code @SpringBootTest}, with test slices and with a plain {@code @SpringJUnitConfig}. If the application
 * has an {@link io.resourcelink.InProcessMemory}, the segments in it are checked in the same way.
 *
 * <p>Two annotations on the test class itself can turn parts of this off. With {@code @ContextCustomizerFactories} the
 * test has no directories of its own, since Spring takes the annotation that is nearest to the class. With
 * {@code @TestExecutionListeners} in its default mode, which replaces Spring's own listeners, segments are not checked.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@ImportAutoConfiguration
@ContextCustomizerFactories(IpcContextCustomizerFactory.class)
public @interface AutoConfigureIpc {
}
