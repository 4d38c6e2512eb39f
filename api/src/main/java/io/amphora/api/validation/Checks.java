package io.amphora.api.validation;

import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.field.Names;
import io.amphora.machinery.tree.Tree;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;

/// Small checks that many fields have.
public final class Checks {
    /// The path of what is wrong with an object as a whole, as messages spell it.
    public static final FieldPath WHOLE = FieldPath.of("[]");

    private Checks() {}

    /// One of some words; "" counts as missing.
    public static void oneOf(String value, List<String> supported, FieldPath at, FieldErrors errors) {
        if (value.isEmpty()) errors.required(at, "");
        else supported(value, supported, at, errors);
    }

    /// One of some words.
    public static void supported(String value, Collection<String> supported, FieldPath at, FieldErrors errors) {
        if (!supported.contains(value)) errors.notSupported(at, value, supported);
    }

    public static void notNegative(long value, FieldPath at, FieldErrors errors) {
        if (value < 0) errors.invalid(at, value, "must be greater than or equal to 0");
    }

    public static void positive(long value, FieldPath at, FieldErrors errors) {
        if (value <= 0) errors.invalid(at, value, "must be greater than 0");
    }

    public static void required(String value, FieldPath at, FieldErrors errors) {
        if (value.isEmpty()) errors.required(at, "");
    }

    public static void immutable(Object updated, Object stored, FieldPath at, FieldErrors errors) {
        if (!Objects.equals(updated, stored)) errors.invalid(at, updated, "field is immutable");
    }

    public static void label(String value, FieldPath at, FieldErrors errors) {
        errors.invalidAll(at, value, Names.isDNS1123Label(value));
    }

    public static void subdomain(String value, FieldPath at, FieldErrors errors) {
        errors.invalidAll(at, value, Names.isDNS1123Subdomain(value));
    }

    public static void qualifiedName(String value, FieldPath at, FieldErrors errors) {
        errors.invalidAll(at, value, Names.isQualifiedName(value));
    }

    /// A port by number, or by the name that it has in the container.
    public static void portNumberOrName(Tree port, FieldPath at, FieldErrors errors) {
        if (port instanceof Tree.Text(var name)) errors.invalidAll(at, name, Names.isValidPortName(name));
        else portNumber(number(port), at, errors);
    }

    public static void portNumber(long port, FieldPath at, FieldErrors errors) {
        errors.invalidAll(at, port, Names.isValidPortNum(port));
    }

    /// The number of an IntOrString that holds one, 0 when it is absent.
    public static long number(Tree value) {
        return value instanceof Tree.Whole(var number) ? number : 0;
    }

    /// A path below a folder: not absolute, no way up.
    public static void descendingPath(String path, FieldPath at, FieldErrors errors) {
        if (path.startsWith("/")) errors.invalid(at, path, "must be a relative path");
        noWayUp(path, at, errors);
    }

    public static void noWayUp(String path, FieldPath at, FieldErrors errors) {
        if (goesUp(path)) errors.invalid(at, path, "must not contain '..'");
    }

    public static boolean goesUp(String path) {
        return path.contains("..") && Arrays.asList(path.split("/", -1)).contains("..");
    }

    /// A path below a folder that is not one of the names the kubelet keeps for itself (`..data`).
    public static void unreservedPath(String path, FieldPath at, FieldErrors errors) {
        descendingPath(path, at, errors);
        if (path.startsWith("..") && !path.startsWith("../")) errors.invalid(at, path, "must not start with '..'");
    }
}
