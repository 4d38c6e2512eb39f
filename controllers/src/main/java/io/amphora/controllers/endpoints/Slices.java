package io.amphora.controllers.endpoints;

import io.amphora.api.ApiObject;
import io.amphora.api.discovery.v1.EndpointSlice;
import io.amphora.api.discovery.v1.EndpointSlices;
import io.amphora.controllers.Action;
import io.amphora.controllers.Owners;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Turns the slices that are there into those that are wanted, with as few writes as possible: endpoints stay in
/// the slice they are in, because every slice that changes is sent to every node.
///
/// @param owner whose slices they are
/// @param labels that each slice is to have
/// @param annotations that each slice is to have; the trigger time among them alone causes no write
record Slices(ApiObject owner, ObjectTree labels, ObjectTree annotations) {
    static final String SERVICE_NAME = "kubernetes.io/service-name";
    static final String MANAGED_BY = "endpointslice.kubernetes.io/managed-by";
    static final String TRIGGER_TIME = "endpoints.kubernetes.io/last-change-trigger-time";
    private static final int SLICE_SIZE = 100;

    /// What all endpoints of a slice have in common.
    record Group(String addressType, Tree ports) {}

    /// @param wanted endpoints by group; a group without endpoints gets no slice
    /// @param placeholder the group of an empty slice where there would be none at all
    List<Action> reconcile(List<EndpointSlice> existing, Map<Group, List<ObjectTree>> wanted, List<Group> placeholder) {
        var writes = new ArrayList<Action>();
        var perGroup = new LinkedHashMap<Group, List<EndpointSlice>>();
        for (EndpointSlice slice : existing) {
            Group group = new Group(slice.addressType(), slice.tree().get("ports"));
            perGroup.computeIfAbsent(group, ignored -> new ArrayList<>()).add(slice);
        }
        var groups = new LinkedHashMap<>(wanted);
        for (Group group : placeholder) {
            boolean any = wanted.entrySet().stream()
                    .anyMatch(each -> each.getKey().addressType().equals(group.addressType())
                            && !each.getValue().isEmpty());
            if (any) continue;
            List<EndpointSlice> empty = perGroup.remove(group);
            if (empty == null || empty.isEmpty()) {
                writes.add(create(group, List.of()));
            } else {
                write(empty.getFirst(), List.of(), writes);
                empty.stream().skip(1).forEach(slice -> writes.add(delete(slice)));
            }
        }
        groups.forEach((group, endpoints) -> {
            List<EndpointSlice> slices = perGroup.remove(group);
            reconcile(group, slices == null ? List.of() : slices, endpoints, writes);
        });
        perGroup.values().forEach(slices -> slices.forEach(slice -> writes.add(delete(slice))));
        return writes;
    }

    private void reconcile(Group group, List<EndpointSlice> slices, List<ObjectTree> wanted, List<Action> writes) {
        var left = new LinkedHashMap<String, ObjectTree>();
        for (ObjectTree endpoint : wanted) left.put(identity(endpoint), endpoint);
        var contents = new LinkedHashMap<EndpointSlice, List<ObjectTree>>();
        var changed = new HashSet<EndpointSlice>();
        for (EndpointSlice slice : slices) {
            var kept = new ArrayList<ObjectTree>();
            for (Tree each : slice.tree().list("endpoints")) {
                ObjectTree now = left.remove(identity(each.object()));
                if (now != null) kept.add(now);
                if (now == null || !now.equals(each)) changed.add(slice);
            }
            contents.put(slice, kept);
        }
        var rest = new ArrayList<>(left.values());
        for (EndpointSlice slice : slices)
            if (changed.contains(slice)) fill(contents.getOrDefault(slice, List.of()), rest);
        roomForAll(contents, rest.size()).ifPresent(kept -> fill(kept, rest));
        contents.forEach((slice, kept) -> {
            if (kept.isEmpty()) writes.add(delete(slice));
            else write(slice, kept, writes);
        });
        while (!rest.isEmpty()) {
            var next = new ArrayList<ObjectTree>();
            fill(next, rest);
            writes.add(create(group, next));
        }
    }

    /// The fullest slice that takes all that is left, so that slices get full.
    private static java.util.Optional<List<ObjectTree>> roomForAll(
            Map<EndpointSlice, List<ObjectTree>> contents, int count) {
        return contents.values().stream()
                .filter(kept -> count > 0 && kept.size() + count <= SLICE_SIZE)
                .max(Comparator.comparingInt(List::size));
    }

    private static void fill(List<ObjectTree> slice, List<ObjectTree> rest) {
        while (slice.size() < SLICE_SIZE && !rest.isEmpty()) slice.add(rest.removeFirst());
    }

    private static String identity(ObjectTree endpoint) {
        return endpoint.object("targetRef").text("uid") + " " + endpoint.list("addresses");
    }

    private Action create(Group group, List<ObjectTree> endpoints) {
        ObjectTree metadata = ObjectTree.builder()
                .put("generateName", owner.name() + "-")
                .put("namespace", owner.namespace())
                .put("labels", labels)
                .put("annotations", annotations)
                .put("ownerReferences", ListTree.of(Owners.reference(owner)))
                .build();
        if (annotations.isEmpty()) metadata = metadata.without("annotations");
        ObjectTree slice =
                EndpointSlice.EMPTY.tree().with("metadata", metadata).with("addressType", group.addressType());
        return Action.create(
                EndpointSlices.DEFINITION,
                EndpointSlice.of(slice.with("endpoints", list(endpoints)).with("ports", group.ports())));
    }

    private void write(EndpointSlice slice, List<ObjectTree> endpoints, List<Action> writes) {
        ObjectTree metadata = slice.tree().object("metadata");
        ObjectTree changed = slice.tree().with("endpoints", list(endpoints));
        changed = changed.with("metadata", metadata.with("labels", labels).with("annotations", annotations));
        if (significant(changed).equals(significant(slice.tree()))) return;
        if (annotations.isEmpty()) changed = changed.withoutAt("metadata", "annotations");
        writes.add(Action.update(EndpointSlices.DEFINITION, EndpointSlice.of(changed)));
    }

    private static ObjectTree significant(ObjectTree slice) {
        ObjectTree annotations = slice.object("metadata").object("annotations").without(TRIGGER_TIME);
        ObjectTree endpoints = slice.with("endpoints", slice.get("endpoints").list());
        return endpoints.with("metadata", slice.object("metadata").with("annotations", annotations));
    }

    private static Tree list(List<ObjectTree> endpoints) {
        return endpoints.isEmpty() ? Tree.NULL : ListTree.from(endpoints);
    }

    private static Action delete(EndpointSlice slice) {
        return Action.delete(EndpointSlices.DEFINITION, slice);
    }
}
