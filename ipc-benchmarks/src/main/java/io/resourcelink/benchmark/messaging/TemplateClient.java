package io.resourcelink.benchmark.messaging;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

import io.resourcelink.Content;
import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.boot.messaging.IpcTemplate;

/** Asks with the template, which all threads share. */
final class TemplateClient implements Client {

    private final ConfigurableApplicationContext context;
    private final IpcTemplate template;
    private final ResourceLinkFactory segments;

    TemplateClient(ConfigurableApplicationContext context) {
        this.context = context;
        this.template = context.getBean(IpcTemplate.class);
        this.segments = context.getBean(ResourceLinkFactory.class);
    }

    /** The application that asks. */
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {}

    @Override
    public Caller caller(int thread) {
        return reading -> request(TemplateWay.READINGS, reading, Reading.class);
    }

    @Override
    public long hand(byte[] content, long number) {
        try (ResourceLink link = segments.publish("frame-" + number, Content.of(content))) {
            return request(TemplateWay.FRAMES, new TemplateWay.Frame(number, link), Long.class);
        }
    }

    private <R> R request(String destination, Object payload, Class<R> replyType) {
        @Nullable
        R reply = template.convertSendAndReceive(destination, payload, replyType);
        if (reply == null) {
            throw new IllegalStateException("No reply from " + destination + ".");
        }
        return reply;
    }

    @Override
    public void close() {
        context.close();
    }
}
