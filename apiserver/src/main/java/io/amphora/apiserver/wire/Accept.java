package io.amphora.apiserver.wire;

import io.amphora.api.ApiException;
import io.amphora.machinery.tree.ObjectTree;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// What a client accepts: the clauses of its Accept header (RFC 9110, 12.5.1), the most wanted first.
///
/// @param clauses `application/json;as=Table;v=v1;g=meta.k8s.io`, …; a missing header accepts JSON
public record Accept(List<Clause> clauses) {

    /// The encodings that objects are served in.
    public enum Encoding {
        JSON("application/json"),
        YAML("application/yaml"),
        PROTOBUF("application/vnd.kubernetes.protobuf");

        private final String mediaType;

        Encoding(String mediaType) {
            this.mediaType = mediaType;
        }

        public String mediaType() {
            return mediaType;
        }
    }

    /// @param type such as `application/json`, in lower case
    /// @param parameters without `q`
    public record Clause(String type, double quality, Map<String, String> parameters) {
        public String parameter(String name) {
            return parameters.getOrDefault(name, "");
        }
    }

    /// One encoding, and the form that its parameters ask for.
    ///
    /// @param kind `Table`, `PartialObjectMetadata`, `PartialObjectMetadataList`, `APIGroupDiscoveryList`; ""
    ///     for objects as they are
    /// @param version of that kind
    public record Choice(Encoding encoding, String kind, String version) {
        public boolean isPlain() {
            return kind.isEmpty();
        }
    }

    public static Accept parse(String header) {
        var clauses = new ArrayList<Clause>();
        for (String part : header.split(",")) {
            String[] words = part.split(";", -1);
            String type = words[0].strip().toLowerCase(Locale.ROOT);
            if (type.isEmpty()) continue;
            var parameters = new LinkedHashMap<String, String>();
            double quality = 1;
            for (int i = 1; i < words.length; i++) {
                String[] pair = words[i].split("=", 2);
                String name = pair[0].strip();
                String value = pair.length == 2 ? pair[1].strip() : "";
                if (name.equals("q")) quality = quality(value);
                else parameters.put(name, value);
            }
            clauses.add(new Clause(type, quality, parameters));
        }
        if (header.isBlank()) clauses.add(new Clause("*/*", 1, Map.of()));
        clauses.sort(Comparator.comparingDouble(Clause::quality).reversed());
        return new Accept(List.copyOf(clauses));
    }

    private static double quality(String value) {
        try {
            return Double.parseDouble(value);
        } catch (NumberFormatException malformed) {
            return 0;
        }
    }

    /// The first clause that can be met.
    ///
    /// @param possible whether a choice can be given here
    /// @throws ApiException 406 when there is none
    public Choice choose(Predicate<Choice> possible) {
        for (Clause clause : clauses) {
            Encoding encoding = encoding(clause.type());
            if (encoding == null) continue;
            var choice = new Choice(encoding, clause.parameter("as"), clause.parameter("v"));
            if (possible.test(choice)) return choice;
        }
        throw ApiException.of(
                406,
                "NotAcceptable",
                "only the following media types are accepted: application/json, application/yaml,"
                        + " application/vnd.kubernetes.protobuf",
                ObjectTree.EMPTY);
    }

    /// Whether a client accepts any of the encodings at all, in whatever form. The answer to one that does not
    /// comes from before the request is looked at.
    public boolean acceptsAny() {
        for (Encoding encoding : Encoding.values()) if (accepts(encoding.mediaType())) return true;
        return false;
    }

    /// Whether a client accepts a media type by its name, or whatever comes.
    public boolean accepts(String mediaType) {
        for (Clause clause : clauses)
            if (clause.type().equals(mediaType) || clause.type().equals("*/*")) return true;
        return clauses.isEmpty();
    }

    private static @Nullable Encoding encoding(String type) {
        if (type.equals("*/*") || type.equals("application/*")) return Encoding.JSON;
        for (Encoding encoding : Encoding.values()) if (encoding.mediaType().equals(type)) return encoding;
        return null;
    }
}
