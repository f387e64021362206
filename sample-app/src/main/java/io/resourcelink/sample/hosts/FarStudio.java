package io.resourcelink.sample.hosts;

import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Profile;

import io.resourcelink.sample.viewer.ViewerApplication;

/** With the profile of viewers, a studio is one: its frames come as claims. That is how a second studio stands for the far host. */
@Configuration(proxyBeanMethods = false)
@Profile(ViewerApplication.PROFILE)
@Import(ViewerApplication.class)
class FarStudio {

    FarStudio() {}
}
