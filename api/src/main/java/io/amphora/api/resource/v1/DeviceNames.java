package io.amphora.api.resource.v1;

import io.amphora.api.validation.Checks;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.field.Names;
import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/// Names of drivers, pools, devices and what devices have, and lists of such.
final class DeviceNames {
    private static final int DRIVER = 63;
    private static final int POOL = 253;
    private static final int IDENTIFIER = 32;

    private DeviceNames() {}

    static void driver(String name, FieldPath at, FieldErrors errors) {
        if (name.isEmpty()) {
            errors.required(at, "");
            return;
        }
        if (name.length() > DRIVER) errors.tooLong(at, DRIVER);
        Checks.subdomain(name, at, errors);
    }

    /// Several subdomains with slashes between.
    static void pool(String name, FieldPath at, FieldErrors errors) {
        if (name.isEmpty()) {
            errors.required(at, "");
            return;
        }
        if (name.length() > POOL) errors.tooLong(at, POOL);
        for (String part : name.split("/", -1)) Checks.subdomain(part, at, errors);
    }

    /// The name of an attribute or of a capacity: an identifier, with or without a domain before it.
    static void qualified(String name, FieldPath at, FieldErrors errors) {
        String[] parts = name.split("/", -1);
        if (parts.length == 1) identifier(name, at, errors);
        if (parts.length != 2) return;
        if (parts[0].isEmpty()) errors.invalid(at, "", "the domain must not be empty");
        else driver(parts[0], at, errors);
        if (parts[1].isEmpty()) errors.invalid(at, "", "the name must not be empty");
        else identifier(parts[1], at, errors);
    }

    static void fullyQualified(String name, FieldPath at, FieldErrors errors) {
        qualified(name, at, errors);
        if (!name.contains("/")) errors.invalid(at, name, "must include a domain");
    }

    private static void identifier(String name, FieldPath at, FieldErrors errors) {
        if (name.length() > IDENTIFIER) errors.tooLong(at, IDENTIFIER);
        errors.invalidAll(at, name, Names.isCIdentifier(name));
    }

    /// What only the driver understands: an object of JSON.
    static void opaque(Tree value, int limit, FieldPath at, FieldErrors errors) {
        if (value.isNull()) errors.required(at, "");
        else if (!(value instanceof ObjectTree)) errors.invalid(at, "<value omitted>", "must be a valid JSON object");
        else if (Json.write(value).getBytes(StandardCharsets.UTF_8).length > limit) errors.tooLong(at, limit);
    }

    interface Check<T> {
        void check(T item, FieldPath at, FieldErrors errors);
    }

    /// A list too long is not looked into.
    static <T> void each(List<T> items, int limit, Check<T> check, FieldPath list, FieldErrors errors) {
        if (items.size() > limit) {
            errors.tooMany(list, items.size(), limit);
            return;
        }
        for (int i = 0; i < items.size(); i++) check.check(items.get(i), list.index(i), errors);
    }

    /// @param key the field that must differ, "" where the item itself must
    static <T> void unique(List<T> keys, int limit, String key, FieldPath list, FieldErrors errors) {
        if (keys.size() > limit) return;
        var seen = new HashSet<T>();
        for (int i = 0; i < keys.size(); i++)
            if (!seen.add(keys.get(i)))
                errors.duplicate(key.isEmpty() ? list.index(i) : list.index(i).child(key), keys.get(i));
    }

    /// The fields that are set out of those of which one must be, as messages list them.
    static List<String> set(ObjectTree tree, List<String> names) {
        var set = new ArrayList<String>();
        for (String name : names) {
            Tree value = tree.get(name);
            if (!value.isNull() && !value.equals(Tree.of("")) && !value.equals(Tree.of(false)))
                set.add("`" + name + "`");
        }
        return set;
    }
}
