package io.amphora.apiserver.security;

import io.amphora.api.transport.ApiRequest;
import io.amphora.apiserver.auth.User;
import io.amphora.machinery.tree.Json;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One row: who sends what, and what is right.
///
/// @param name a sentence that says what holds
/// @param request method and target, such as `PATCH/apply /api/v1/namespaces/a/configmaps/b?fieldManager=m`; behind
///     the method stands how a patch is meant
/// @param body as JSON, with `'` for `"`; "" for none
/// @param says a part of the message; "" for anything
record Attack(String name, User user, String request, Map<String, String> headers, String body, int code, String says) {
    private static final Map<String, String> PATCHES = Map.of(
            "apply", "application/apply-patch+yaml",
            "merge", "application/merge-patch+json",
            "json", "application/json-patch+json",
            "strategic", "application/strategic-merge-patch+json");

    static Attack row(String name, User user, String request, String body, int code, String says) {
        return new Attack(name, user, request, Map.of(), body, code, says);
    }

    static ApiRequest request(String line, Map<String, String> headers, String body) {
        String[] words = line.split(" ", 2);
        String[] method = words[0].split("/", 2);
        String[] target = words[1].split("\\?", 2);
        String type = method.length == 2 ? PATCHES.getOrDefault(method[1], "") : "application/json";
        return new ApiRequest(
                method[0], target[0], query(target.length == 2 ? target[1] : ""), headers, body(type, body));
    }

    private static ApiRequest.@Nullable Body body(String type, String body) {
        if (body.isEmpty()) return null;
        return new ApiRequest.Body.Value(type, Json.read(body.replace('\'', '"')));
    }

    private static Map<String, List<String>> query(String text) {
        var query = new LinkedHashMap<String, List<String>>();
        Arrays.stream(text.split("&"))
                .filter(pair -> !pair.isEmpty())
                .map(pair -> pair.split("=", 2))
                .forEach(pair -> query.put(pair[0], List.of(pair.length == 2 ? pair[1] : "")));
        return query;
    }

    @Override
    public String toString() {
        return name;
    }
}
