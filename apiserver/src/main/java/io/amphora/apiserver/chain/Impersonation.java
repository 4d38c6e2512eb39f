package io.amphora.apiserver.chain;

import io.amphora.api.transport.ApiRequest;
import io.amphora.apiserver.auth.Attributes;
import io.amphora.apiserver.auth.ServiceAccountName;
import io.amphora.apiserver.auth.User;
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
        String name = request.header("impersonate-user");
        List<String> groups = request.headers().containsKey("impersonate-group")
                ? List.of(request.header("impersonate-group").split("\n"))
                : List.of();
        String uid = request.header("impersonate-uid");
        Map<String, List<String>> extra = extra(request);
        if (name.isEmpty()) {
            if (!groups.isEmpty() || !uid.isEmpty() || !extra.isEmpty()) throw withoutUser(request, groups, uid, extra);
            return user;
        }
        requireAllowed(user, name, groups, uid, extra);
        return impersonated(name, uid, groups, extra);
    }

    private static Map<String, List<String>> extra(ApiRequest request) {
        var extra = new TreeMap<String, List<String>>();
        request.headers().forEach((header, value) -> {
            if (header.startsWith(EXTRA))
                extra.put(
                        URLDecoder.decode(header.substring(EXTRA.length()), StandardCharsets.UTF_8),
                        List.of(value.split("\n")));
        });
        return extra;
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
