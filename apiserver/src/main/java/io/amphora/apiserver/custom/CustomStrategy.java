package io.amphora.apiserver.custom;

import io.amphora.api.GroupVersionKind;
import io.amphora.api.SpecAndStatus;
import io.amphora.api.Strategy;
import io.amphora.api.apiextensions.v1.CustomResourceDefinitionVersion;
import io.amphora.api.apiextensions.v1.CustomResourceSubresourceScale;
import io.amphora.api.apiextensions.v1.SchemaExpressions;
import io.amphora.api.apiextensions.v1.SchemaRules;
import io.amphora.api.apiextensions.v1.SelectableField;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// What holds for the objects of one version of a definition.
final class CustomStrategy implements Strategy<CustomObject> {
    private final CustomForms forms;
    private final GroupVersionKind gvk;
    private final String listKind;
    private final ObjectTree schema;
    private final Supplier<SchemaExpressions> expressions;
    private final boolean hasStatus;
    private final ScalePaths scale;
    private final List<String> selectable;
    private final String deprecation;

    CustomStrategy(
            CustomForms forms,
            GroupVersionKind gvk,
            String listKind,
            CustomResourceDefinitionVersion version,
            String deprecation) {
        this.forms = forms;
        this.listKind = listKind;
        this.gvk = gvk;
        this.schema = CustomForms.schema(version);
        this.expressions = SchemaExpressions.lazily(schema);
        this.hasStatus = version.tree().object("subresources").has("status");
        CustomResourceSubresourceScale paths = version.subresources().scale();
        this.scale = new ScalePaths(paths.specReplicasPath(), paths.statusReplicasPath(), paths.labelSelectorPath());
        this.selectable = version.selectableFields().stream()
                .map(SelectableField::jsonPath)
                .map(path -> path.startsWith(".") ? path.substring(1) : path)
                .toList();
        this.deprecation = deprecation;
    }

    ObjectTree schema() {
        return schema;
    }

    ScalePaths scale() {
        return scale;
    }

    @Override
    public ObjectTree fromStore(ObjectTree stored) {
        return forms.read(stored, gvk);
    }

    @Override
    public CustomObject withDefaults(CustomObject object) {
        return new CustomObject(CustomDefaults.of(object.tree(), schema));
    }

    @Override
    public CustomObject prepareForCreate(CustomObject object) {
        return hasStatus ? new CustomObject(object.tree().without("status")) : object;
    }

    @Override
    public CustomObject prepareForUpdate(CustomObject updated, CustomObject stored) {
        return hasStatus ? new CustomObject(SpecAndStatus.restore(updated.tree(), stored.tree(), "status")) : updated;
    }

    @Override
    public CustomObject prepareForUpdate(String subresource, CustomObject updated, CustomObject stored) {
        if (!subresource.equals("status")) return updated;
        ObjectTree kept = SpecAndStatus.restore(stored.tree(), updated.tree(), "status");
        Tree owners = updated.tree().object("metadata").find("managedFields");
        return new CustomObject(
                owners == null
                        ? kept.withoutAt("metadata", "managedFields")
                        : kept.withAt(owners, "metadata", "managedFields"));
    }

    @Override
    public boolean changesGeneration(CustomObject updated, CustomObject stored) {
        return !counted(updated).equals(counted(stored));
    }

    private ObjectTree counted(CustomObject object) {
        ObjectTree counted = object.tree().without("metadata").without("apiVersion");
        return hasStatus ? counted.without("status") : counted;
    }

    @Override
    public void validate(CustomObject object, FieldErrors errors) {
        SchemaRules.validate(schema, object.tree(), null, errors);
        scale(object, errors);
        EmbeddedObjects.validate(schema, object.tree(), errors);
        ListRules.validate(schema, object.tree(), null, errors);
        if (errors.isEmpty()) expressions.get().validate(object.tree(), null, errors);
    }

    @Override
    public List<String> warnings(CustomObject object) {
        return FinalizerWarnings.of(object.tree(), ObjectTree.EMPTY);
    }

    @Override
    public List<String> warningsOnUpdate(CustomObject updated, CustomObject stored) {
        var warnings = new ArrayList<>(FinalizerWarnings.of(updated.tree(), stored.tree()));
        warnings.addAll(expressions.get().warnings(updated.tree(), stored.tree()));
        return warnings;
    }

    @Override
    public boolean validatesUpdateAlone() {
        return true;
    }

    @Override
    public void validateUpdate(CustomObject updated, CustomObject stored, FieldErrors errors) {
        SchemaRules.validate(schema, updated.tree(), stored.tree(), errors);
        scale(updated, errors);
        EmbeddedObjects.validate(schema, updated.tree(), errors);
        ListRules.validate(schema, updated.tree(), stored.tree(), errors);
        if (errors.isEmpty()) expressions.get().validate(updated.tree(), stored.tree(), errors);
    }

    @Override
    public void validateUpdate(String subresource, CustomObject updated, CustomObject stored, FieldErrors errors) {
        validateUpdate(updated, stored, errors);
    }

    private void scale(CustomObject object, FieldErrors errors) {
        Tree replicas = ScalePaths.at(object.tree(), scale.spec());
        if (replicas instanceof Tree.Whole(var number) && number < 0)
            errors.invalid(FieldPath.of(scale.spec()), number, "should be a non-negative integer");
    }

    @Override
    public boolean allowUnconditionalUpdate() {
        return false;
    }

    @Override
    public String listKind() {
        return listKind;
    }

    @Override
    public String deprecation() {
        return deprecation;
    }

    @Override
    public List<String> selectableFieldLabels() {
        return selectable;
    }

    @Override
    public Map<String, String> selectableFields(CustomObject object) {
        var values = new HashMap<String, String>();
        for (String path : selectable) {
            Tree value = ScalePaths.at(object.tree(), "." + path);
            values.put(path, value.isNull() ? "" : value instanceof Tree.Text(var text) ? text : value.toString());
        }
        return values;
    }
}
