package io.amphora.machinery.patch;

import io.amphora.machinery.field.GoText;
import io.amphora.machinery.schema.Schema;
import java.util.List;

/// How a field takes part in strategic merges.
///
/// @param schema of the field's value, or of its items when it is a list
/// @param strategy `merge`, `replace`, or "" for the usual: objects merge, lists are replaced
/// @param mergeKey by which the items of a merging list of objects are known; "" for a list of scalars
/// @param retainKeys whether a patch names the members that are to stay
record PatchMeta(Schema schema, String strategy, String mergeKey, boolean retainKeys) {
    private static final Schema ANYTHING = Schema.scalar(Schema.Type.ANY, Schema.Format.NONE);
    private static final PatchMeta FREE = new PatchMeta(ANYTHING, "", "", false);

    boolean merges() {
        return strategy.equals("merge");
    }

    boolean replaces() {
        return strategy.equals("replace");
    }

    /// Of a field that holds objects on both sides.
    static PatchMeta ofObject(Schema parent, String field) {
        return of(parent, field, false);
    }

    /// Of a field that holds lists on both sides.
    static PatchMeta ofList(Schema parent, String field) {
        return of(parent, field, true);
    }

    private static PatchMeta of(Schema parent, String name, boolean list) {
        if (parent.type() == Schema.Type.ANY || parent.preserveUnknown() && parent.findField(name) == null) return FREE;
        if (parent.type() != Schema.Type.OBJECT)
            throw PatchException.unclassified("merging an object in json but data type is not struct, instead is: "
                    + (parent.type() == Schema.Type.MAP
                            ? "map"
                            : parent.type() == Schema.Type.LIST ? "slice" : "string"));
        Schema.Field field = parent.findField(name);
        if (field == null)
            throw PatchException.unclassified("unable to find api field in struct "
                    + parent.name().substring(parent.name().lastIndexOf('.') + 1) + " for the json field "
                    + GoText.quote(name));
        Schema inner = field.schema();
        if (list && inner.type() == Schema.Type.ANY) return FREE;
        if (list && inner.type() != Schema.Type.LIST)
            throw PatchException.unclassified("expected slice or array type, but got: struct");
        List<String> strategies = List.of(field.patchStrategy().split(","));
        boolean retain = strategies.contains("retainKeys");
        String strategy = strategies.stream()
                .filter(each -> !each.equals("retainKeys"))
                .findFirst()
                .orElse("");
        return new PatchMeta(list ? inner.items() : inner, strategy, field.patchMergeKey(), retain);
    }
}
