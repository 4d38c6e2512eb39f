package io.amphora.api.kinds;

import io.amphora.api.ApiObject;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.Strategy;
import io.amphora.api.codec.StrictDecoder;
import io.amphora.machinery.field.FieldError;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import java.time.Instant;
import java.util.List;

/// What becomes of an object of one kind on its way through a server that adds nothing of its own.
record Behaviour<T extends ApiObject>(ResourceDefinition<T> kind) {
    static final Instant CREATED = Instant.parse("2026-03-01T12:00:00Z");
    static final Instant LATER = CREATED.plusSeconds(60);
    static final String UID = "7f1e1c0e-0000-4000-8000-000000000001";

    /// @param errors as clients see them, `field: message`
    record Outcome(ObjectTree object, List<String> errors, List<String> warnings, boolean newGeneration) {}

    Outcome create(ObjectTree sent) {
        T object = defaulted(sent);
        ObjectTree metadata =
                object.tree().object("metadata").with("uid", UID).with("creationTimestamp", CREATED.toString());
        T prepared = strategy().prepareForCreate(kind.view(object.tree().with("metadata", metadata)));
        var errors = new FieldErrors();
        strategy().validate(prepared, errors);
        return new Outcome(
                prepared.tree(),
                lines(errors),
                strategy().warnings(prepared),
                strategy().hasGeneration());
    }

    Outcome update(String subresource, ObjectTree sent, ObjectTree stored) {
        T before = kind.view(stored);
        T wanted = defaulted(sent);
        T prepared = subresource.isEmpty()
                ? strategy().prepareForUpdate(wanted, before)
                : strategy().prepareForUpdate(subresource, wanted, before);
        T stamped = strategy().stamp(prepared, before, LATER);
        var errors = new FieldErrors();
        if (subresource.isEmpty()) {
            if (!strategy().validatesUpdateAlone()) strategy().validate(stamped, errors);
            strategy().validateUpdate(stamped, before, errors);
        } else {
            strategy().validateUpdate(subresource, stamped, before, errors);
        }
        return new Outcome(
                stamped.tree(),
                lines(errors),
                strategy().warningsOnUpdate(stamped, before),
                strategy().changesGeneration(stamped, before));
    }

    ListTree cells(ObjectTree object) {
        return kind.columns().cells().apply(kind.view(object), LATER);
    }

    private Strategy<T> strategy() {
        return kind.strategy();
    }

    private T defaulted(ObjectTree sent) {
        return strategy()
                .withDefaults(
                        kind.view(StrictDecoder.decode(sent, kind.schema()).tree()));
    }

    private static List<String> lines(FieldErrors errors) {
        return errors.list().stream().map(FieldError::toString).toList();
    }
}
