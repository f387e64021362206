package io.resourcelink.boot;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;

/** Started in a JVM of its own; ends by itself if it starts at all. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
class EmptyApplication {

    static void main(String[] arguments) {
        SpringApplication application = new SpringApplication(EmptyApplication.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        application.run(arguments).close();
    }
}
