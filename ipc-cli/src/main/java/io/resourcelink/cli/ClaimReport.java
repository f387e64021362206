package io.resourcelink.cli;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import tools.jackson.core.JsonGenerator;

import io.resourcelink.claim.Claim;

/** How claims are written down. The signature itself is not. */
final class ClaimReport {

    private ClaimReport() {}

    static String text(List<ShownClaim> claims) {
        return claims.stream().map(ClaimReport::text).collect(Collectors.joining("\n"));
    }

    private static String text(ShownClaim shown) {
        Claim claim = shown.claim();
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("key", PrintableText.of(claim.key()));
        properties.put("kind", claim.kind().label());
        properties.put("nonce", TextFormat.nonce(claim.nonce()));
        properties.put("length", TextFormat.size(claim.length()));
        properties.put("expires at", claim.expiresAt().toString());
        properties.put("expired", TextFormat.yesOrNo(shown.expired()));
        properties.put("space", claim.space().value());
        properties.put("near", TextFormat.yesOrNo(shown.near()));
        properties.put("origins", claim.origins().isEmpty()
                ? TextFormat.NONE
                : claim.origins().stream().map(URI::toString).collect(Collectors.joining(", ")));
        properties.put("signature", JsonFormat.label(shown.signature()));
        return TextFormat.properties(properties);
    }

    static void write(JsonGenerator json, List<ShownClaim> claims) {
        json.writeArrayPropertyStart("claims");
        for (ShownClaim shown : claims) {
            Claim claim = shown.claim();
            json.writeStartObject();
            json.writeStringProperty("key", claim.key());
            json.writeStringProperty("kind", claim.kind().label());
            json.writeStringProperty("nonce", TextFormat.nonce(claim.nonce()));
            json.writeNumberProperty("length", claim.length());
            json.writeStringProperty("expiresAt", claim.expiresAt().toString());
            json.writeBooleanProperty("expired", shown.expired());
            json.writeStringProperty("space", claim.space().value());
            json.writeBooleanProperty("near", shown.near());
            json.writeArrayPropertyStart("origins");
            claim.origins().forEach(origin -> json.writeString(origin.toString()));
            json.writeEndArray();
            json.writeStringProperty("signature", JsonFormat.label(shown.signature()));
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
