package io.resourcelink.sample.hosts;

/**
 * Something has happened to one of the hosts: an event of the application.
 *
 * @param text a sentence for people
 */
public record HostNews(String text) {}
