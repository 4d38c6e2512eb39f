package io.amphora.api.resource.v1;

import static io.amphora.api.resource.v1.DeviceNames.each;
import static io.amphora.api.resource.v1.DeviceNames.unique;

import io.amphora.api.validation.Checks;
import io.amphora.api.validation.NodeSelectors;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.quantity.Quantity;
import io.amphora.machinery.tree.Tree;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// A device as its driver describes it.
final class Devices {
    private static final int PROPERTIES = 32;
    private static final int TAINTS = 16;
    private static final int COUNTER_SETS = 2;
    private static final int COUNTERS = 32;
    private static final int VALUE = 64;
    private static final int OPTIONS = 10;
    private static final List<String> PLACES = List.of("nodeName", "nodeSelector", "allNodes");
    private static final List<String> VALUES =
            List.of("bool", "int", "string", "version", "bools", "ints", "strings", "versions");

    /// Semantic versions, https://semver.org.
    private static final Pattern VERSION = Pattern.compile("(0|[1-9]\\d*)\\.(0|[1-9]\\d*)\\.(0|[1-9]\\d*)"
            + "(-(0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*)(\\.(0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*))*)?"
            + "(\\+[0-9a-zA-Z-]+(\\.[0-9a-zA-Z-]+)*)?");

    private Devices() {}

    /// @param placed whether each device says itself where it is
    static void validate(Device device, boolean placed, FieldPath at, FieldErrors errors) {
        Checks.label(device.name(), at.child("name"), errors);
        int properties = device.attributes().size() + device.capacity().size();
        if (properties > PROPERTIES)
            errors.invalid(
                    at, properties, "the total number of attributes and capacities must not exceed " + PROPERTIES);
        device.attributes().forEach((name, attribute) -> {
            FieldPath path = at.child("attributes").key(name);
            DeviceNames.qualified(name, path, errors);
            attribute(attribute, path, errors);
        });
        device.capacity().forEach((name, capacity) -> {
            FieldPath path = at.child("capacity").key(name);
            DeviceNames.qualified(name, path, errors);
            capacity(capacity, device.allowMultipleAllocations(), path, errors);
        });
        each(device.taints(), TAINTS, DeviceClaims::taint, at.child("taints"), errors);
        FieldPath counters = at.child("consumesCounters");
        each(
                device.consumesCounters(),
                COUNTER_SETS,
                (used, path, all) -> counters(used.counterSet(), "counterSet", used.counters(), COUNTERS, path, all),
                counters,
                errors);
        unique(
                device.consumesCounters().stream()
                        .map(DeviceCounterConsumption::counterSet)
                        .toList(),
                COUNTER_SETS,
                "counterSet",
                counters,
                errors);
        place(device, placed, at, errors);
    }

    private static void attribute(DeviceAttribute attribute, FieldPath at, FieldErrors errors) {
        attribute
                .findString()
                .filter(text -> text.length() > VALUE)
                .ifPresent(text -> errors.tooLong(at.child("string"), VALUE));
        attribute.findVersion().ifPresent(text -> {
            if (!VERSION.matcher(text).matches())
                errors.invalid(at.child("version"), text, "must be a string compatible with semver.org spec 2.0.0");
            if (text.length() > VALUE) errors.tooLong(at.child("version"), VALUE);
        });
        long values = VALUES.stream()
                .filter(name -> !attribute.tree().get(name).isNull())
                .count();
        String one = "exactly one value must be specified";
        if (values == 0) errors.required(at, one);
        if (values > 1) errors.invalid(at, attribute.tree(), one);
    }

    private static void capacity(DeviceCapacity capacity, boolean shared, FieldPath at, FieldErrors errors) {
        if (capacity.findRequestPolicy().isEmpty()) return;
        FieldPath path = at.child("requestPolicy");
        if (shared) policy(capacity, path, errors);
        else errors.forbidden(path, "allowMultipleAllocations must be true");
    }

    private static void policy(DeviceCapacity capacity, FieldPath at, FieldErrors errors) {
        CapacityRequestPolicy policy = capacity.requestPolicy();
        Quantity all = Quantity.parse(capacity.value());
        boolean values = !policy.validValues().isEmpty();
        boolean range = policy.findValidRange().isPresent();
        if (values && range) {
            errors.forbidden(
                    at,
                    "exactly one policy can be specified, cannot specify \"validValues\" and \"validRange\" at the same "
                            + "time");
            return;
        }
        if (!values && !range) return;
        String usual = policy.tree().text("default");
        if (usual.isEmpty())
            errors.required(
                    at.child("default"), "required when " + (values ? "validValues" : "validRange") + " is defined");
        else if (values) values(policy.validValues(), Quantity.parse(usual), all, at.child("validValues"), errors);
        else range(policy.validRange(), Quantity.parse(usual), all, at.child("validRange"), errors);
    }

    private static void values(List<String> texts, Quantity usual, Quantity all, FieldPath list, FieldErrors errors) {
        List<Quantity> values = texts.stream().map(Quantity::parse).toList();
        for (int i = 1; i < values.size(); i++)
            if (values.get(i - 1).compareTo(values.get(i)) > 0)
                errors.invalid(list.index(i), texts.get(i), "values must be sorted in ascending order");
        each(
                values,
                OPTIONS,
                (value, at, errs) -> {
                    if (value.compareTo(all) > 0)
                        errs.invalid(at, value.toString(), "option is larger than capacity value: " + all);
                },
                list,
                errors);
        if (values.stream().noneMatch(value -> value.compareTo(usual) == 0))
            errors.invalid(list, usual.toString(), "default value is not valid according to the requestPolicy");
    }

    private static void range(
            CapacityRequestPolicyRange range, Quantity usual, Quantity all, FieldPath at, FieldErrors errors) {
        if (range.findMin().isEmpty()) {
            errors.required(at.child("min"), "required when validRange is defined");
            return;
        }
        Quantity least = Quantity.parse(range.min());
        if (least.compareTo(all) > 0)
            errors.invalid(at.child("min"), range.min(), "min is larger than capacity value: " + all);
        if (usual.compareTo(least) < 0)
            errors.invalid(at.child("min"), usual.toString(), "default is less than min: " + least);
        range.findMax().map(Quantity::parse).ifPresent(most -> {
            FieldPath path = at.child("max");
            if (least.compareTo(most) > 0) errors.invalid(path, range.min(), "min is larger than max: " + most);
            if (most.compareTo(all) > 0) errors.invalid(path, range.max(), "max is larger than capacity value: " + all);
            if (usual.compareTo(most) > 0) errors.invalid(path, usual.toString(), "default is more than max: " + most);
        });
        range.findStep().map(Quantity::parse).ifPresent(step -> {
            FieldPath path = at.child("step");
            Quantity first = least.add(step);
            if (first.compareTo(all) > 0)
                errors.invalid(path, range.step(), "one step " + first + " is larger than capacity value: " + all);
            step(usual, least, step, path, errors);
            range.findMax().ifPresent(most -> step(Quantity.parse(most), least, step, path, errors));
        });
    }

    private static void step(Quantity value, Quantity least, Quantity step, FieldPath at, FieldErrors errors) {
        if (step.value() == 0 || (value.value() - least.value()) % step.value() != 0)
            errors.invalid(
                    at,
                    value.toString(),
                    "value is not a multiple of a given step (" + step + ") from (" + least + ")");
    }

    /// A set of counters, or what a device takes of one.
    ///
    /// @param field the field that has the set's name
    static void counters(
            String name, String field, Map<String, Counter> counters, int limit, FieldPath at, FieldErrors errors) {
        if (name.isEmpty()) errors.required(at.child(field), "");
        else Checks.label(name, at.child(field), errors);
        FieldPath map = at.child("counters");
        if (counters.isEmpty()) errors.required(map, "");
        else if (counters.size() > limit) errors.tooMany(map, counters.size(), limit);
        else counters.keySet().forEach(key -> Checks.label(key, map.key(key), errors));
    }

    private static void place(Device device, boolean placed, FieldPath at, FieldErrors errors) {
        if (!placed) {
            if (PLACES.stream().anyMatch(name -> !device.tree().get(name).isNull()))
                errors.invalid(
                        at,
                        null,
                        "`nodeName`, `nodeSelector` and `allNodes` can only be set if `perDeviceNodeSelection` is set to "
                                + "true in the ResourceSlice spec");
            return;
        }
        FieldPath node = at.child("nodeName");
        device.findNodeName().ifPresent(name -> {
            if (name.isEmpty()) errors.invalid(node, name, "must not be empty");
            else Checks.subdomain(name, node, errors);
        });
        device.findNodeSelector()
                .ifPresent(selector -> NodeSelectors.selector(selector, at.child("nodeSelector"), errors));
        if (device.tree().get("allNodes").equals(Tree.of(false)))
            errors.invalid(at.child("allNodes"), false, "must be either unset or set to true");
        var set = DeviceNames.set(device.tree(), PLACES);
        String one = "exactly one of `nodeName`, `nodeSelector`, or `allNodes` is required when "
                + "`perDeviceNodeSelection` is set to true in the ResourceSlice spec";
        if (set.isEmpty()) errors.required(at, one);
        else if (set.size() > 1) errors.invalid(at, "{" + String.join(", ", set) + "}", one);
    }
}
