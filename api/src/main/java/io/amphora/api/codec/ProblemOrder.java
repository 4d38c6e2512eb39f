package io.amphora.api.codec;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/// Brings problems into the order in which they stand in the text. Trees are sorted by name, so the text is
/// read once
/// more,
/// which happens only when there is something to complain about.
final class ProblemOrder {
    /// What it reads has been read before, within the limits of this server.
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNameLength(Integer.MAX_VALUE)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .maxNestingDepth(Integer.MAX_VALUE)
                    .build())
            .build();

    private final List<String> unknown;
    private final List<String> duplicatePaths;

    /// @param unknown whole messages
    /// @param duplicatePaths paths, in order
    ProblemOrder(List<String> unknown, List<String> duplicatePaths) {
        this.unknown = unknown;
        this.duplicatePaths = duplicatePaths;
    }

    /// How a custom resource's problems are told.
    List<String> duplicatesFirst() {
        return Stream.concat(duplicatePaths.stream().map(StrictDecoder::duplicateField), unknown.stream())
                .distinct()
                .toList();
    }

    /// How a built-in type's problems are told. What stands inside an unknown field is not looked at.
    List<String> of(byte[] json) {
        var found = new LinkedHashSet<String>();
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), json)) {
            value(parser, parser.nextToken(), "", new HashSet<>(unknown), new HashSet<>(duplicatePaths), found);
        }
        return new ArrayList<>(found);
    }

    private static void value(
            JsonParser parser,
            JsonToken token,
            String path,
            Set<String> unknown,
            Set<String> duplicates,
            Set<String> found) {
        if (token == JsonToken.START_ARRAY) {
            int index = 0;
            for (JsonToken item = parser.nextToken(); item != JsonToken.END_ARRAY; item = parser.nextToken())
                value(parser, item, path + "[" + index++ + "]", unknown, duplicates, found);
        } else if (token == JsonToken.START_OBJECT) {
            var seen = new HashSet<String>();
            for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                String inner = path.isEmpty() ? name : path + "." + name;
                String message = StrictDecoder.unknownField(inner);
                JsonToken next = parser.nextToken();
                if (unknown.contains(message)) {
                    found.add(message);
                    parser.skipChildren();
                    continue;
                }
                if (!seen.add(name) && duplicates.contains(inner)) found.add(StrictDecoder.duplicateField(inner));
                value(parser, next, inner, unknown, duplicates, found);
            }
        }
    }
}
