package io.resourcelink.benchmark.claim;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jms.annotation.JmsListener;
import org.springframework.kafka.annotation.KafkaListener;

import io.resourcelink.ResourceLink;
import io.resourcelink.benchmark.handoff.Checksum;
import io.resourcelink.boot.claim.listener.OpenClaim;

/** The applications that receive: on the sender's host, and on another one. */
final class ReceivingHosts {

    private ReceivingHosts() {}

    /** Has the sender's directories. */
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Near {

        @Bean
        Inbox inbox() {
            return new Inbox();
        }

        @Bean
        NearListeners listeners(Inbox inbox) {
            return new NearListeners(inbox);
        }
    }

    /** Has directories of its own, and fetches. */
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Far {

        @Bean
        Inbox inbox() {
            return new Inbox();
        }

        @Bean
        FarListeners listeners(Inbox inbox) {
            return new FarListeners(inbox);
        }
    }

    /** Another application of that host, which opens claims that it does not get by message. */
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Second {}

    static final class NearListeners {

        private final Inbox inbox;

        NearListeners(Inbox inbox) {
            this.inbox = inbox;
        }

        @JmsListener(destination = Way.BYTES)
        void message(byte[] payload) {
            inbox.add(Checksum.of(payload, payload.length));
        }

        @KafkaListener(topics = Way.BYTES)
        void record(byte[] payload) {
            inbox.add(Checksum.of(payload, payload.length));
        }

        @JmsListener(destination = Way.NEAR_CLAIMS)
        void claim(@OpenClaim ResourceLink link) {
            inbox.add(Checksum.of(link.payload()));
        }
    }

    static final class FarListeners {

        private final Inbox inbox;

        FarListeners(Inbox inbox) {
            this.inbox = inbox;
        }

        @JmsListener(destination = Way.FAR_CLAIMS)
        void claim(@OpenClaim ResourceLink link) {
            inbox.add(Checksum.of(link.payload()));
        }
    }
}
