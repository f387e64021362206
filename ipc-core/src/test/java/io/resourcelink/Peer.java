package io.resourcelink;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.resourcelink.error.IpcException;
import io.resourcelink.internal.store.TransitReference;

/** The other process of a test: does what its standard input says, a line at a time, and answers each with a line. */
final class Peer {

    private final ResourceLinkFactory factory;
    private final Map<String, Deque<ResourceLink>> links = new HashMap<>();
    private final List<TransitReference<ResourceLink>> passed = new ArrayList<>();

    private Peer(ResourceLinkFactory factory) {
        this.factory = factory;
    }

    public static void main(String[] arguments) throws IOException {
        try (ResourceLinkFactory factory = ResourceLinkFactory.builder().directory(Path.of(arguments[0])).build();
                BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            Peer peer = new Peer(factory);
            System.out.println("ready");
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                System.out.println(peer.answer(line.split(" ", 3)));
            }
        }
    }

    private String answer(String[] words) {
        try {
            String key = words[1];
            return switch (words[0]) {
                case "create" -> {
                    push(factory.create(key, Long.parseLong(words[2])));
                    yield "ok";
                }
                case "publish" -> {
                    push(factory.publish(key, Content.of(new byte[Integer.parseInt(words[2])])));
                    yield "ok";
                }
                case "acquire" -> {
                    push(factory.acquire(key));
                    yield "ok";
                }
                case "release" -> {
                    held(key).pop().close();
                    yield "ok";
                }
                case "write" -> {
                    held(key).element().writePayload(words[2].getBytes(StandardCharsets.UTF_8));
                    yield "ok";
                }
                case "read" -> new String(held(key).element().readPayload(0, Integer.parseInt(words[2])),
                        StandardCharsets.UTF_8);
                case "pass" -> {
                    for (int number = Integer.parseInt(words[2]); number > 0; number--) {
                        passed.add(Transits.of(held(key).element()));
                    }
                    yield "ok";
                }
                case "refcount" -> String.valueOf(held(key).element().refcount());
                case "collect" -> String.valueOf(factory.collectOrphans(Duration.ZERO).collected().size());
                default -> "what?";
            };
        } catch (IpcException e) {
            return e.getClass().getSimpleName() + ": " + e.getMessage();
        }
    }

    private Deque<ResourceLink> held(String key) {
        return links.computeIfAbsent(key, _ -> new ArrayDeque<>());
    }

    private void push(ResourceLink link) {
        held(link.key()).push(link);
    }
}
