package io.amphora.apiserver.chain;

import io.amphora.api.transport.ApiRequest;
import io.amphora.apiserver.auth.Attributes;
import io.amphora.apiserver.auth.ServiceAccountName;
import io.amphora.apiserver.auth.User;
import io.amphora.apiserver.request.Authorization;
import io.amphora.apiserver.request.PlainRefusal;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Lets who may do so act as somebody else (`Impersonate-User` and the like).
record Impersonation(Authorization authorization) {
    private static final String EXTRA = "impersonate-extra-";
    private static final String AUTHENTICATION = "authentication.k8s.io";

    User effective(ApiRequest request, User user) {
        List<String> groups = values(request, "impersonate-group");
        Map<String, List<String>> extra = extra(request);
        String name = first(request, "impersonate-user");
        String uid = first(request, "impersonate-uid");
        if (name.isEmpty()) {
            if (!groups.isEmpty() || !uid.isEmpty() || !extra.isEmpty()) throw withoutUser(request, groups, uid, extra);
            return user;
        }
        requireAllowed(user, name, groups, uid, extra);
        return impersonated(name, uid, groups, extra);
    }

    private static List<String> values(ApiRequest request, String header) {
        String all = request.headers().get(header);
        return all == null ? List.of() : List.of(all.split("\n", -1));
    }

    private static String first(ApiRequest request, String header) {
        List<String> values = values(request, header);
        return values.isEmpty() ? "" : values.getFirst();
    }

    private static Map<String, List<String>> extra(ApiRequest request) {
        var extra = new TreeMap<String, List<String>>();
        for (String header : request.headers().keySet())
            if (header.startsWith(EXTRA))
                extra.computeIfAbsent(unescaped(header.substring(EXTRA.length())), _ -> new ArrayList<>())
                        .addAll(values(request, header));
        return extra;
    }

    /// What is not escaped as it should be means itself.
    private static String unescaped(String key) {
        try {
            return URLDecoder.decode(key.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            return key;
        }
    }

    private void requireAllowed(
            User user, String name, List<String> groups, String uid, Map<String, List<String>> extra) {
        ServiceAccountName.parse(name)
                .ifPresentOrElse(
                        account -> require(user, "", "serviceaccounts", "", account.namespace(), account.name()),
                        () -> require(user, "", "users", "", "", name));
        for (String group : groups) require(user, "", "groups", "", "", group);
        if (!uid.isEmpty()) require(user, AUTHENTICATION, "uids", "", "", uid);
        extra.forEach(
                (key, values) -> values.forEach(value -> require(user, AUTHENTICATION, "userextras", key, "", value)));
    }

    private void require(User user, String group, String resource, String subresource, String namespace, String name) {
        authorization.require(Attributes.of(user, "impersonate", group, resource, subresource, namespace, name));
    }

    private static User impersonated(String name, String uid, List<String> groups, Map<String, List<String>> extra) {
        var all = new ArrayList<>(groups);
        if (groups.isEmpty()) ServiceAccountName.parse(name).ifPresent(account -> all.addAll(account.groups()));
        boolean anonymous = name.equals(User.ANONYMOUS.name());
        String everybody = anonymous ? User.UNAUTHENTICATED : User.AUTHENTICATED;
        if (!all.contains(everybody) && !all.contains(User.UNAUTHENTICATED)) all.add(everybody);
        return new User(name, uid, List.copyOf(all), extra);
    }

    private static PlainRefusal withoutUser(
            ApiRequest request, List<String> groups, String uid, Map<String, List<String>> extra) {
        var asked = new ArrayList<String>();
        for (String group : groups) asked.add("{Group  " + group + "    }");
        extra.forEach((key, values) -> values.forEach(
                value -> asked.add("{UserExtra  " + value + "  authentication.k8s.io/v1  " + key + "}")));
        if (!uid.isEmpty()) asked.add("{UID  " + uid + "  authentication.k8s.io/v1  }");
        return new PlainRefusal(
                500,
                "Internal Server Error: \"" + request.path() + "\": requested [" + String.join(" ", asked)
                        + "] without impersonating a user\n");
    }
}
