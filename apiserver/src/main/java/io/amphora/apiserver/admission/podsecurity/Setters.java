package io.amphora.apiserver.admission.podsecurity;

import io.amphora.api.core.v1.Container;
import io.amphora.api.core.v1.PodSpec;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// Who in a Pod sets something, in words.
final class Setters {
    private Setters() {}

    /// Init containers first, then the others.
    static List<Container> containers(PodSpec spec) {
        var all = new ArrayList<Container>();
        for (String field : List.of("initContainers", "containers", "ephemeralContainers"))
            for (Tree each : spec.tree().list(field)) all.add(new Container(each.object()));
        return all;
    }

    static List<String> names(PodSpec spec, Predicate<Container> which) {
        return containers(spec).stream().filter(which).map(Container::name).toList();
    }

    /// `container "a"`, `containers "a", "b"`
    static String named(String one, Collection<String> names) {
        return (names.size() == 1 ? one : one + "s") + " " + quoted(names);
    }

    static String quoted(Collection<String> texts) {
        return texts.stream().map(text -> "\"" + text + "\"").collect(Collectors.joining(", "));
    }

    /// `pod and containers "a", "b"`
    static String together(boolean pod, List<String> containers) {
        var setters = new ArrayList<String>();
        if (pod) setters.add("pod");
        if (!containers.isEmpty()) setters.add(named("container", containers));
        return String.join(" and ", setters);
    }

    static ObjectTree context(PodSpec spec) {
        return spec.tree().object("securityContext");
    }

    static ObjectTree context(Container container) {
        return container.tree().object("securityContext");
    }
}
