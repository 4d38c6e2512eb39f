package io.amphora.apiserver.custom;

import io.amphora.api.apiextensions.v1.CustomResourceDefinition;
import io.amphora.api.apiextensions.v1.CustomResourceDefinitionCondition;
import io.amphora.apiserver.registry.Removal;
import io.amphora.machinery.tree.ObjectTree;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;

/// A definition stays until the last of its objects is gone.
public final class DefinitionRemoval implements Removal {
    static final String FINALIZER = "customresourcecleanup.apiextensions.k8s.io";

    @Override
    public boolean alwaysMarksFirst() {
        return true;
    }

    @Override
    public ObjectTree marked(ObjectTree object, Instant now) {
        boolean first = object.object("metadata").text("deletionTimestamp").isEmpty();
        ObjectTree marked = Removal.super.marked(object, now);
        if (!first) return marked;
        var definition = CustomResourceDefinition.of(marked);
        var finalizers = new ArrayList<>(definition.metadata().finalizers());
        if (!finalizers.contains(FINALIZER)) finalizers.add(FINALIZER);
        var conditions = new ArrayList<>(definition.status().conditions());
        DefinitionNames.set(
                conditions,
                CustomResourceDefinitionCondition.EMPTY
                        .withType("Terminating")
                        .withStatus("True")
                        .withReason("InstanceDeletionPending")
                        .withMessage(
                                "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon")
                        .withLastTransitionTime(now.truncatedTo(ChronoUnit.SECONDS)));
        return definition
                .withMetadata(definition.metadata().withFinalizers(finalizers))
                .withStatus(definition.status().withConditions(conditions))
                .tree();
    }
}
