package io.amphora.kubelet.access;

import io.amphora.api.authentication.v1.UserInfo;
import io.amphora.machinery.x509.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A user of the cluster who asks this node something.
record Caller(String name, String uid, List<String> groups, Map<String, List<String>> extra) {
    private static final String AUTHENTICATED = "system:authenticated";

    static Caller of(Subject subject) {
        return new Caller(subject.commonName(), subject.uid(), with(subject.organizations()), Map.of());
    }

    static Caller of(UserInfo user) {
        return new Caller(user.username(), user.uid(), with(user.groups()), user.extra());
    }

    private static List<String> with(List<String> groups) {
        if (groups.contains(AUTHENTICATED)) return groups;
        var all = new ArrayList<>(groups);
        all.add(AUTHENTICATED);
        return List.copyOf(all);
    }
}
