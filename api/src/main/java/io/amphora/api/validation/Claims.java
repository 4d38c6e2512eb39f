package io.amphora.api.validation;

import io.amphora.api.core.v1.PersistentVolumeClaimSpec;
import io.amphora.api.meta.v1.ObjectMeta;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.field.Names;
import io.amphora.machinery.quantity.Quantity;
import io.amphora.machinery.tree.ObjectTree;
import java.util.List;

/// Claims on storage: of PersistentVolumeClaims, and of templates that such are made from.
public final class Claims {
    public static final List<String> ACCESS_MODES =
            List.of("ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod");
    public static final List<String> VOLUME_MODES = List.of("Block", "Filesystem");

    private Claims() {}

    public static void validate(PersistentVolumeClaimSpec spec, FieldPath at, FieldErrors errors) {
        if (spec.accessModes().isEmpty())
            errors.required(at.child("accessModes"), "at least 1 access mode is required");
        Labels.selector(spec.findSelector(), at.child("selector"), errors);
        accessModes(spec.accessModes(), at.child("accessModes"), errors);
        storage(spec, at.child("resources").key("storage"), errors);
        if (!spec.storageClassName().isEmpty())
            Checks.subdomain(spec.storageClassName(), at.child("storageClassName"), errors);
        spec.findVolumeMode().ifPresent(mode -> Checks.supported(mode, VOLUME_MODES, at.child("volumeMode"), errors));
        dataSources(spec, at, errors);
        if (!spec.volumeAttributesClassName().isEmpty())
            Checks.subdomain(spec.volumeAttributesClassName(), at.child("volumeAttributesClassName"), errors);
    }

    public static void accessModes(List<String> modes, FieldPath at, FieldErrors errors) {
        for (String mode : modes) Checks.supported(mode, ACCESS_MODES, at, errors);
        boolean single = modes.contains("ReadWriteOncePod");
        boolean other =
                modes.stream().anyMatch(mode -> !mode.equals("ReadWriteOncePod") && ACCESS_MODES.contains(mode));
        if (single && other) errors.forbidden(at, "may not use ReadWriteOncePod with other access modes");
    }

    private static void storage(PersistentVolumeClaimSpec spec, FieldPath at, FieldErrors errors) {
        String request = spec.resources().requests().get("storage");
        if (request == null) errors.required(at, "");
        else if (Quantity.parse(request).sign() <= 0) errors.invalid(at, request, "must be greater than zero");
    }

    private static void dataSources(PersistentVolumeClaimSpec spec, FieldPath at, FieldErrors errors) {
        boolean source = spec.findDataSource().isPresent();
        boolean ref = spec.findDataSourceRef().isPresent();
        if (source) dataSource(spec.dataSource().tree(), at.child("dataSource"), errors);
        if (ref) {
            dataSource(spec.dataSourceRef().tree(), at.child("dataSourceRef"), errors);
            String namespace = spec.dataSourceRef().namespace();
            if (!namespace.isEmpty())
                Checks.label(namespace, at.child("dataSourceRef").child("namespace"), errors);
        }
        if (!source || !ref) return;
        Object shown = ObjectTree.EMPTY; // Kubernetes shows a path here, which has no fields
        if (!spec.dataSourceRef().namespace().isEmpty())
            errors.invalid(at, shown, "may not be specified when dataSourceRef.namespace is specified");
        else if (!spec.dataSource()
                .tree()
                .equals(spec.dataSourceRef().withoutNamespace().tree()))
            errors.invalid(at, shown, "must match dataSourceRef");
    }

    private static void dataSource(ObjectTree source, FieldPath at, FieldErrors errors) {
        String group = source.text("apiGroup");
        String kind = source.text("kind");
        Checks.required(source.text("name"), at.child("name"), errors);
        Checks.required(kind, at.child("kind"), errors);
        if (group.isEmpty() && !kind.equals("PersistentVolumeClaim"))
            errors.invalid(at, kind, "must be 'PersistentVolumeClaim' when referencing the default apiGroup");
        if (!group.isEmpty()) errors.invalidAll(at.child("apiGroup"), group, Names.isDNS1123Subdomain(group));
    }

    /// A template's metadata has labels and annotations and nothing else.
    static void template(ObjectTree template, FieldPath at, FieldErrors errors) {
        ObjectMeta metadata = ObjectMeta.of(template.object("metadata"));
        FieldPath path = at.child("metadata");
        Labels.annotations(metadata.annotations(), path.child("annotations"), errors);
        Labels.labels(metadata.labels(), path.child("labels"), errors);
        for (String name : metadata.tree().names())
            if (!name.equals("labels")
                    && !name.equals("annotations")
                    && !metadata.tree().get(name).isNull()) errors.forbidden(path.child(name), "cannot be set");
        validate(PersistentVolumeClaimSpec.of(template.object("spec")), at.child("spec"), errors);
    }
}
