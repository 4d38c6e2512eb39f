package io.amphora.api.resource.v1;

import static io.amphora.api.resource.v1.DeviceNames.each;
import static io.amphora.api.resource.v1.DeviceNames.unique;

import io.amphora.api.Columns;
import io.amphora.api.Defaults;
import io.amphora.api.MetadataChecks;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.Strategy;
import io.amphora.api.validation.Checks;
import io.amphora.api.validation.NodeSelectors;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/// Some of the devices that a driver has.
public final class ResourceSlices {
    public static final ResourceDefinition<ResourceSlice> DEFINITION = ResourceDefinition.of(
                    "resource.k8s.io/v1", "ResourceSlice", ResourceSlice::of)
            .strategy(new Rules())
            .columns(Columns.<ResourceSlice>builder()
                    .name()
                    .text(
                            "Node",
                            "The node that has them.",
                            slice -> slice.spec().nodeName())
                    .text("Driver", "The driver.", slice -> slice.spec().driver())
                    .text(
                            "Pool",
                            "The pool they belong to.",
                            slice -> slice.spec().pool().name())
                    .age()
                    .build())
            .build();

    private static final FieldPath SPEC = FieldPath.of("spec");

    private ResourceSlices() {}

    private static final class Rules implements Strategy<ResourceSlice> {
        @Override
        public MetadataChecks metadataChecks() {
            return MetadataChecks.CHANGE;
        }

        private static final int DEVICES = 128;

        /// Of devices with taints or shared counters, which take more room.
        private static final int LARGE_DEVICES = 64;

        private static final int COUNTER_SETS = 8;
        private static final int COUNTERS = 32;
        private static final List<String> PLACES =
                List.of("nodeName", "nodeSelector", "allNodes", "perDeviceNodeSelection");
        private static final String ONE =
                "exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required";

        @Override
        public ResourceSlice prepareForCreate(ResourceSlice slice) {
            return timed(slice, slice.metadata().tree().get("creationTimestamp"));
        }

        @Override
        public ResourceSlice stamp(ResourceSlice updated, ResourceSlice stored, Instant now) {
            return timed(updated, DeviceTaint.EMPTY.withTimeAdded(now).tree().get("timeAdded"));
        }

        /// A taint says since when it has been there.
        private static ResourceSlice timed(ResourceSlice slice, Tree time) {
            return ResourceSlice.of(Defaults.in(
                    slice.tree(),
                    "spec",
                    spec -> Defaults.each(
                            spec,
                            "devices",
                            device -> Defaults.each(
                                    device, "taints", taint -> Defaults.absent(taint, "timeAdded", time)))));
        }

        @Override
        public void validate(ResourceSlice slice, FieldErrors errors) {
            ResourceSliceSpec spec = slice.spec();
            DeviceNames.driver(spec.driver(), SPEC.child("driver"), errors);
            pool(spec.pool(), SPEC.child("pool"), errors);
            place(spec, errors);
            if (!spec.sharedCounters().isEmpty() && !spec.devices().isEmpty())
                errors.invalid(SPEC, "", "only one of `sharedCounters` or `devices` is allowed");
            devices(spec, SPEC.child("devices"), errors);
            FieldPath counters = SPEC.child("sharedCounters");
            each(spec.sharedCounters(), COUNTER_SETS, Rules::counters, counters, errors);
            unique(
                    spec.sharedCounters().stream().map(CounterSet::name).toList(),
                    COUNTER_SETS,
                    "name",
                    counters,
                    errors);
        }

        private static void pool(ResourcePool pool, FieldPath at, FieldErrors errors) {
            DeviceNames.pool(pool.name(), at.child("name"), errors);
            if (pool.resourceSliceCount() <= 0)
                errors.invalid(at.child("resourceSliceCount"), pool.resourceSliceCount(), "must be greater than zero");
            if (pool.generation() < 0)
                errors.invalid(at.child("generation"), pool.generation(), "must be greater than or equal to zero");
        }

        private static void place(ResourceSliceSpec spec, FieldErrors errors) {
            FieldPath node = SPEC.child("nodeName");
            spec.findNodeName().ifPresent(name -> {
                if (name.isEmpty()) errors.invalid(node, name, "must be either unset or set to a non-empty string");
                else Checks.subdomain(name, node, errors);
            });
            spec.findNodeSelector().ifPresent(selector -> {
                FieldPath at = SPEC.child("nodeSelector");
                NodeSelectors.selector(selector, at, errors);
                if (selector.nodeSelectorTerms().size() != 1)
                    errors.invalid(
                            at.child("nodeSelectorTerms"),
                            selector.tree().get("nodeSelectorTerms"),
                            "must have exactly one node selector term");
            });
            for (String name : List.of("allNodes", "perDeviceNodeSelection"))
                if (spec.tree().get(name).equals(Tree.of(false)))
                    errors.invalid(SPEC.child(name), false, "must be either unset or set to true");
            var set = DeviceNames.set(spec.tree(), PLACES);
            if (set.isEmpty()) errors.required(SPEC, ONE);
            else if (set.size() > 1)
                errors.invalid(SPEC, "{" + String.join(", ", set) + "}", ONE + ", but multiple fields are set");
        }

        private static void devices(ResourceSliceSpec spec, FieldPath list, FieldErrors errors) {
            boolean large = spec.devices().stream()
                    .anyMatch(device -> !device.taints().isEmpty()
                            || !device.consumesCounters().isEmpty());
            int limit = large ? LARGE_DEVICES : DEVICES;
            each(
                    spec.devices(),
                    limit,
                    (device, at, all) -> Devices.validate(device, spec.perDeviceNodeSelection(), at, all),
                    list,
                    errors);
            unique(spec.devices().stream().map(Device::name).toList(), limit, "name", list, errors);
        }

        private static void counters(CounterSet set, FieldPath at, FieldErrors errors) {
            Devices.counters(set.name(), "name", set.counters(), COUNTERS, at, errors);
        }

        @Override
        public void validateUpdate(ResourceSlice updated, ResourceSlice stored, FieldErrors errors) {
            ObjectTree spec = updated.spec().tree();
            ObjectTree old = stored.spec().tree();
            Checks.immutable(
                    updated.spec().pool().name(),
                    stored.spec().pool().name(),
                    SPEC.child("pool").child("name"),
                    errors);
            for (String name : List.of("driver", "nodeName"))
                Checks.immutable(spec.get(name), old.get(name), SPEC.child(name), errors);
        }

        @Override
        public boolean returnsDeletedObject() {
            return true;
        }

        @Override
        public List<String> selectableFieldLabels() {
            return List.of("spec.driver", "spec.nodeName");
        }

        @Override
        public Map<String, String> selectableFields(ResourceSlice slice) {
            return Map.of(
                    "spec.driver",
                    slice.spec().driver(),
                    "spec.nodeName",
                    slice.spec().nodeName());
        }
    }
}
