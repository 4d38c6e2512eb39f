package io.amphora.machinery.apply;

/// Who writes, and how: the part of a managedFields entry that tells one owner from another.
///
/// @param operation `Apply` or `Update`
/// @param apiVersion the version that the object was written in
/// @param subresource `status`, `scale`, …; "" for the object itself
public record Manager(String name, String operation, String apiVersion, String subresource) {
    public static final String APPLY = "Apply";
    public static final String UPDATE = "Update";

    public static Manager applying(String name, String apiVersion, String subresource) {
        return new Manager(name, APPLY, apiVersion, subresource);
    }

    public static Manager updating(String name, String apiVersion, String subresource) {
        return new Manager(name, UPDATE, apiVersion, subresource);
    }

    boolean applies() {
        return operation.equals(APPLY);
    }

    /// Whether the other is the same owner: one who applies stays the same when the version changes.
    boolean isSame(Manager other) {
        return name.equals(other.name)
                && operation.equals(other.operation)
                && subresource.equals(other.subresource)
                && (applies() || apiVersion.equals(other.apiVersion));
    }

    /// As conflicts name it: `"kubectl-edit" with subresource "status" using apps/v1`.
    @Override
    public String toString() {
        return "\"" + name + "\""
                + (subresource.isEmpty() ? "" : " with subresource \"" + subresource + "\"")
                + (applies() ? "" : " using " + apiVersion);
    }
}
