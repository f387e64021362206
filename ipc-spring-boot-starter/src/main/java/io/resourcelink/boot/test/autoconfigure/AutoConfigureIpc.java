package io.resourcelink.boot.test.autoconfigure;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;

/**
 * Put on a test class, it auto-configures a {@link io.resourcelink.ResourceLinkFactory} whose directories belong to the
 * test's application context alone: no other process and no other context sees its segments. After each test method, a
 * segment that was not there before it is removed and fails the test. The directories go with the context.
 *
 * <p>Works with {@code @SpringBootTest}, with test slices and with a plain {@code @SpringJUnitConfig}. Where the
 * application has an {@link io.resourcelink.InProcessMemory}, the segments in it are checked in the same way.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@ImportAutoConfiguration
public @interface AutoConfigureIpc {
}
