package io.amphora.cel.library;

import static dev.cel.common.types.SimpleType.INT;
import static dev.cel.common.types.SimpleType.STRING;

import com.google.re2j.Matcher;
import io.amphora.cel.value.ListValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Kubernetes' `find` and `findAll` by RE2's regular expressions.
final class RegexLibrary implements Library {
    @Override
    public Map<String, List<Overload>> functions() {
        return Map.of(
                "find",
                List.of(Overload.member("string_find_string", STRING, List.of(STRING, STRING), of -> {
                    Matcher matcher = StandardLibrary.pattern((String) of[1]).matcher((String) of[0]);
                    return matcher.find() ? matcher.group() : "";
                })),
                "findAll",
                List.of(
                        Overload.member(
                                "string_find_all_string",
                                Types.STRINGS,
                                List.of(STRING, STRING),
                                of -> all((String) of[0], (String) of[1], -1)),
                        Overload.member(
                                "string_find_all_string_int",
                                Types.STRINGS,
                                List.of(STRING, STRING, INT),
                                of -> all((String) of[0], (String) of[1], (long) of[2]))));
    }

    private static ListValue all(String text, String expression, long most) {
        var found = new ArrayList<String>();
        Matcher matcher = StandardLibrary.pattern(expression).matcher(text);
        while ((most < 0 || found.size() < most) && matcher.find()) found.add(matcher.group());
        return ListValue.of(found);
    }
}
