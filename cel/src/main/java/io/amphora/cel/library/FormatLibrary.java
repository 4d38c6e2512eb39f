package io.amphora.cel.library;

import static dev.cel.common.types.SimpleType.STRING;

import dev.cel.common.types.CelType;
import dev.cel.common.types.OpaqueType;
import dev.cel.common.types.OptionalType;
import io.amphora.cel.value.ListValue;
import io.amphora.cel.value.Opaque;
import io.amphora.machinery.field.Names;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/// Kubernetes' named formats.
final class FormatLibrary implements Library {
    private static final CelType FORMAT = OpaqueType.create("kubernetes.NamedFormat");
    private static final Pattern UUID =
            Pattern.compile("(?i)[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}");

    record Format(String name, Function<String, List<String>> errors) implements Opaque {
        @Override
        public String typeName() {
            return FORMAT.name();
        }
    }

    private static final Map<String, Format> ALL = Map.ofEntries(
            format("dns1123Label", Names::isDNS1123Label),
            format("dns1123Subdomain", Names::isDNS1123Subdomain),
            format("dns1035Label", Names::isDNS1035Label),
            format("qualifiedName", Names::isQualifiedName),
            format("dns1123LabelPrefix", text -> Names.isDNS1123Label(asPrefix(text))),
            format("dns1123SubdomainPrefix", text -> Names.isDNS1123Subdomain(asPrefix(text))),
            format("dns1035LabelPrefix", text -> Names.isDNS1035Label(asPrefix(text))),
            format("labelValue", Names::isValidLabelValue),
            format(
                    "uri",
                    text -> UrlLibrary.Url.parse(text) == null
                            ? List.of("parse \"" + text + "\": invalid URI for request")
                            : List.of()),
            format(
                    "uuid",
                    text -> UUID.matcher(text).matches() ? List.of() : List.of("does not match the UUID format")),
            format("byte", FormatLibrary::base64),
            format("date", text -> parses(() -> LocalDate.parse(text)) ? List.of() : List.of("invalid date")),
            format(
                    "datetime",
                    text -> parses(() -> OffsetDateTime.parse(text)) ? List.of() : List.of("invalid datetime")));

    private static Map.Entry<String, Format> format(String name, Function<String, List<String>> errors) {
        return Map.entry(name, new Format(name, errors));
    }

    /// A name that ends with a dash may be a prefix.
    private static String asPrefix(String text) {
        return text.length() > 1 && text.endsWith("-") ? text.substring(0, text.length() - 2) + "a" : text;
    }

    private static List<String> base64(String text) {
        try {
            Base64.getDecoder().decode(text);
            return List.of();
        } catch (IllegalArgumentException bad) {
            return List.of("invalid base64");
        }
    }

    private static boolean parses(Runnable parse) {
        try {
            parse.run();
            return true;
        } catch (DateTimeParseException bad) {
            return false;
        }
    }

    @Override
    public List<CelType> types() {
        return List.of(FORMAT);
    }

    @Override
    public Map<String, List<Overload>> functions() {
        var all = new HashMap<String, List<Overload>>();
        ALL.forEach((name, format) ->
                all.put("format." + name, List.of(Overload.global("format-" + name, FORMAT, List.of(), of -> format))));
        all.put(
                "format.named",
                List.of(Overload.global(
                        "format-named",
                        OptionalType.create(FORMAT),
                        List.of(STRING),
                        of -> Optional.ofNullable(ALL.get((String) of[0])))));
        all.put(
                "validate",
                List.of(Overload.member(
                        "format-validate", OptionalType.create(Types.STRINGS), List.of(FORMAT, STRING), of -> {
                            List<String> errors = ((Format) of[0]).errors().apply((String) of[1]);
                            return errors.isEmpty() ? Optional.empty() : Optional.of(ListValue.of(errors));
                        })));
        return all;
    }
}
