package io.resourcelink.sample.message;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jms.support.converter.JacksonJsonMessageConverter;
import org.springframework.jms.support.converter.MessageConverter;
import tools.jackson.databind.json.JsonMapper;

/** How messages are written that go through a broker: as JSON, in which a claim is one string. */
@Configuration(proxyBeanMethods = false)
public class BrokerMessages {

    BrokerMessages() {}

    @Bean
    MessageConverter brokerMessageConverter(JsonMapper mapper) {
        JacksonJsonMessageConverter converter = new JacksonJsonMessageConverter(mapper);
        converter.setTypeIdPropertyName("_type");
        converter.setTrustedPackages("io.resourcelink.sample.message");
        return converter;
    }
}
