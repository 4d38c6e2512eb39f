package io.amphora.apiserver.auth;

import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Who asks.
///
/// @param extra whatever else the authenticator knows, by lower-case key
public record User(String name, String uid, List<String> groups, Map<String, List<String>> extra) {
    public static final String AUTHENTICATED = "system:authenticated";
    public static final String UNAUTHENTICATED = "system:unauthenticated";
    public static final String MASTERS = "system:masters";
    public static final String NODES = "system:nodes";

    /// The server itself as kubelets see it.
    public static final String KUBELET_CLIENT = "kube-apiserver-kubelet-client";

    private static final String NODE_PREFIX = "system:node:";

    /// Everybody who shows no credentials.
    public static final User ANONYMOUS = new User("system:anonymous", "", List.of(UNAUTHENTICATED), Map.of());

    /// The server itself, and whoever in the same process may do everything.
    public static final User ADMIN = of("system:admin", MASTERS, AUTHENTICATED);

    public static User of(String name, String... groups) {
        return new User(name, "", List.of(groups), Map.of());
    }

    public boolean in(String group) {
        return groups.contains(group);
    }

    /// The node whose kubelet this is.
    public Optional<String> findNode() {
        boolean node = in(NODES) && name.length() > NODE_PREFIX.length() && name.startsWith(NODE_PREFIX);
        return node ? Optional.of(name.substring(NODE_PREFIX.length())) : Optional.empty();
    }

    /// The same user, in one group more.
    public User with(String group) {
        return in(group)
                ? this
                : new User(
                        name,
                        uid,
                        Stream.concat(groups.stream(), Stream.of(group)).toList(),
                        extra);
    }

    /// The same user, of whom more is known; what was said under this key before no longer counts.
    public User with(String key, String value) {
        var more = new TreeMap<>(extra);
        more.put(key, List.of(value));
        return new User(name, uid, groups, Collections.unmodifiableMap(more));
    }

    /// The service account whose user this is.
    public Optional<ServiceAccountName> findServiceAccount() {
        return ServiceAccountName.parse(name);
    }

    /// As `UserInfo` of authentication.k8s.io/v1.
    public ObjectTree info() {
        var info = ObjectTree.builder().put("username", name);
        if (!uid.isEmpty()) info.put("uid", uid);
        if (!groups.isEmpty()) info.put("groups", ListTree.from(groups));
        if (!extra.isEmpty()) info.put("extra", ObjectTree.from(extra));
        return info.build();
    }
}
