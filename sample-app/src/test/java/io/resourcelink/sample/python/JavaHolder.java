package io.resourcelink.sample.python;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

import io.resourcelink.Content;
import io.resourcelink.ResourceLink;
import io.resourcelink.ResourceLinkFactory;

/** The Java side of {@link Holder}. */
final class JavaHolder {

    private JavaHolder() {}

    public static void main(String... args) throws IOException {
        Map<String, ResourceLink> links = new HashMap<>();
        try (ResourceLinkFactory segments = ResourceLinkFactory.builder().directory(Path.of(args[0])).build();
                BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String[] words = line.split(" ", -1);
                ResourceLink link = switch (words[0]) {
                    case "acquire" -> segments.acquire(words[1]);
                    case "publish" ->
                        segments.publish(words[1], Content.of(words[2].getBytes(StandardCharsets.UTF_8)));
                    default -> throw new IllegalArgumentException(line);
                };
                links.put(words[1], link);
                System.out.println(link.payloadSize());
            }
            links.values().forEach(ResourceLink::close);
        }
    }
}
