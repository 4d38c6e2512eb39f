package io.amphora.api.core.v1;

import io.amphora.api.Defaults;
import io.amphora.api.MetadataChecks;
import io.amphora.api.QuantityDefaults;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.Strategy;
import io.amphora.api.validation.ResourceNames;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.field.Names;
import io.amphora.machinery.quantity.Quantity;
import io.amphora.machinery.tree.ObjectTree;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Bounds and defaults for what each container, Pod or claim of a namespace may ask for.
public final class LimitRanges {
    public static final ResourceDefinition<LimitRange> DEFINITION = ResourceDefinition.of(
                    "v1", "LimitRange", LimitRange::of)
            .shortNames("limits")
            .namespaced()
            .strategy(new Rules())
            .build();

    private static final List<String> TYPES = List.of("Container", "PersistentVolumeClaim", "Pod");

    private LimitRanges() {}

    private static final class Rules implements Strategy<LimitRange> {
        @Override
        public MetadataChecks metadataChecks() {
            return MetadataChecks.OBJECT;
        }

        @Override
        public LimitRange withDefaults(LimitRange range) {
            return LimitRange.of(
                    Defaults.in(range.tree(), "spec", spec -> Defaults.each(spec, "limits", Rules::itemDefaults)));
        }

        /// What a container's bounds leave open follows from one another: max -> default -> defaultRequest <-
        /// min.
        private static ObjectTree itemDefaults(ObjectTree item) {
            ObjectTree tree = item;
            for (String name : List.of("max", "min", "default", "defaultRequest", "maxLimitRequestRatio"))
                tree = Defaults.in(tree, name, QuantityDefaults::rounded);
            if (!tree.text("type").equals("Container")) return tree;
            ObjectTree limits = filled(tree.object("default"), tree.object("max"));
            ObjectTree requests = filled(filled(tree.object("defaultRequest"), limits), tree.object("min"));
            if (!limits.isEmpty()) tree = tree.with("default", limits);
            return requests.isEmpty() ? tree : tree.with("defaultRequest", requests);
        }

        private static ObjectTree filled(ObjectTree amounts, ObjectTree from) {
            ObjectTree tree = amounts;
            for (var amount : from) tree = Defaults.absent(tree, amount.getKey(), amount.getValue());
            return tree.equals(amounts) ? amounts : tree;
        }

        @Override
        public void validate(LimitRange range, FieldErrors errors) {
            var types = new HashSet<String>();
            var limits = range.spec().limits();
            for (int i = 0; i < limits.size(); i++) {
                LimitRangeItem item = limits.get(i);
                FieldPath at = FieldPath.of("spec").child("limits").index(i);
                type(item.type(), at.child("type"), errors);
                if (!types.add(item.type())) errors.duplicate(at.child("type"), item.type());
                new Item(item, at, errors).validate();
            }
        }

        private static void type(String type, FieldPath at, FieldErrors errors) {
            var wrong = Names.isQualifiedName(type);
            errors.invalidAll(at, type, wrong);
            if (wrong.isEmpty() && type.indexOf('/') < 0 && !TYPES.contains(type))
                errors.invalid(at, type, "must be a standard limit type or fully qualified");
        }

        @Override
        public boolean hasGeneration() {
            return false;
        }

        @Override
        public boolean allowCreateOnUpdate() {
            return true;
        }
    }

    /// The bounds of one type, by resource.
    private static final class Item {
        private final LimitRangeItem item;
        private final FieldPath at;
        private final FieldErrors errors;
        private final Map<String, Map<String, Quantity>> amounts = new HashMap<>();

        Item(LimitRangeItem item, FieldPath at, FieldErrors errors) {
            this.item = item;
            this.at = at;
            this.errors = errors;
        }

        void validate() {
            read("max", item.max());
            read("min", item.min());
            if (item.type().equals("Pod")) {
                forbidden("default", item.default_());
                forbidden("defaultRequest", item.defaultRequest());
            } else {
                read("default", item.default_());
                read("defaultRequest", item.defaultRequest());
            }
            if (item.type().equals("PersistentVolumeClaim")
                    && !item.min().containsKey("storage")
                    && !item.max().containsKey("storage"))
                errors.required(
                        at.child("limits"),
                        "either minimum or maximum storage value is required, but neither was provided");
            read("maxLimitRequestRatio", item.maxLimitRequestRatio());
            var names = new TreeSet<String>();
            amounts.values().forEach(each -> names.addAll(each.keySet()));
            names.forEach(this::compare);
        }

        private void read(String field, Map<String, String> texts) {
            var read = new TreeMap<String, Quantity>();
            texts.forEach((name, text) -> {
                FieldPath path = at.child(field).key(name);
                if (item.type().equals("Pod") || item.type().equals("Container"))
                    ResourceNames.container(name, path, errors);
                else ResourceNames.any(name, path, errors);
                read.put(name, Quantity.parse(text));
            });
            amounts.put(field, read);
        }

        private void forbidden(String field, Map<String, String> texts) {
            if (!texts.isEmpty()) errors.forbidden(at.child(field), "may not be specified when `type` is 'Pod'");
        }

        private @Nullable Quantity amount(String field, String name) {
            Map<String, Quantity> of = amounts.get(field);
            return of == null ? null : of.get(name);
        }

        private void compare(String name) {
            Quantity min = amount("min", name);
            Quantity max = amount("max", name);
            Quantity limit = amount("default", name);
            Quantity request = amount("defaultRequest", name);
            Quantity ratio = amount("maxLimitRequestRatio", name);
            ordered("min", name, min, min, "min value", max, "max value");
            ordered("defaultRequest", name, request, min, "min value", request, "default request value");
            ordered("defaultRequest", name, request, request, "default request value", max, "max value");
            ordered("defaultRequest", name, request, request, "default request value", limit, "default limit value");
            ordered("default", name, min, min, "min value", limit, "default value");
            ordered("default", name, max, limit, "default value", max, "max value");
            if (ratio != null) ratio(name, ratio, min, max);
            if (!ResourceNames.isOvercommitAllowed(name) && limit != null && request != null && !limit.equals(request))
                errors.invalid(
                        at.child("defaultRequest").key(name),
                        request.toString(),
                        "default value " + limit + " must equal to defaultRequest value " + request + " in " + name);
        }

        private void ordered(
                String field,
                String name,
                @Nullable Quantity shown,
                @Nullable Quantity small,
                String smallName,
                @Nullable Quantity large,
                String largeName) {
            if (small == null || large == null || small.compareTo(large) <= 0) return;
            errors.invalid(
                    at.child(field).key(name),
                    String.valueOf(shown),
                    smallName + " " + small + " is greater than " + largeName + " " + large);
        }

        private void ratio(String name, Quantity ratio, @Nullable Quantity min, @Nullable Quantity max) {
            FieldPath path = at.child("maxLimitRequestRatio").key(name);
            if (ratio.compareTo(Quantity.of(1)) < 0)
                errors.invalid(path, ratio.toString(), "ratio " + ratio + " is less than 1");
            if (min == null || max == null) return;
            double most = max.asDouble() / min.asDouble();
            if (ratio.asDouble() > most)
                errors.invalid(
                        path,
                        ratio.toString(),
                        String.format(Locale.ROOT, "ratio %s is greater than max/min = %f", ratio, most));
        }
    }
}
