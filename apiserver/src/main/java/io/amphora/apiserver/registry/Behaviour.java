package io.amphora.apiserver.registry;

import io.amphora.api.ApiObject;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.Strategy;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.tree.ObjectTree;
import java.time.Instant;
import java.util.List;

/// A kind's [Strategy] on trees, for those who don't know the kind's type.
final class Behaviour<T extends ApiObject> {
    private final ResourceDefinition<T> kind;
    private final Strategy<T> strategy;

    private Behaviour(ResourceDefinition<T> kind) {
        this.kind = kind;
        this.strategy = kind.strategy();
    }

    static <T extends ApiObject> Behaviour<T> of(ResourceDefinition<T> kind) {
        return new Behaviour<>(kind);
    }

    ObjectTree withDefaults(ObjectTree object) {
        return strategy.withDefaults(kind.view(object)).tree();
    }

    ObjectTree prepareForCreate(ObjectTree object) {
        return strategy.prepareForCreate(kind.view(object)).tree();
    }

    ObjectTree prepareForUpdate(String subresource, ObjectTree updated, ObjectTree stored) {
        T after = kind.view(updated);
        T before = kind.view(stored);
        return (subresource.isEmpty()
                        ? strategy.prepareForUpdate(after, before)
                        : strategy.prepareForUpdate(subresource, after, before))
                .tree();
    }

    boolean changesGeneration(ObjectTree updated, ObjectTree stored) {
        return strategy.changesGeneration(kind.view(updated), kind.view(stored));
    }

    void validate(ObjectTree object, FieldErrors errors) {
        strategy.validate(kind.view(object), errors);
    }

    void validateUpdate(String subresource, ObjectTree updated, ObjectTree stored, FieldErrors errors) {
        T after = kind.view(updated);
        T before = kind.view(stored);
        if (subresource.isEmpty()) strategy.validateUpdate(after, before, errors);
        else strategy.validateUpdate(subresource, after, before, errors);
    }

    boolean validatesUpdateAlone() {
        return strategy.validatesUpdateAlone();
    }

    ObjectTree stamp(ObjectTree updated, ObjectTree stored, Instant now) {
        return strategy.stamp(kind.view(updated), kind.view(stored), now).tree();
    }

    List<String> warningsOnUpdate(ObjectTree updated, ObjectTree stored) {
        return strategy.warningsOnUpdate(kind.view(updated), kind.view(stored));
    }

    List<String> warnings(ObjectTree object) {
        return strategy.warnings(kind.view(object));
    }

    long gracePeriodSeconds(ObjectTree object) {
        return strategy.gracePeriodSeconds(kind.view(object));
    }
}
