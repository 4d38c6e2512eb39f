package io.amphora.controllers;

import io.amphora.api.ApiException;
import io.amphora.machinery.tree.ObjectTree;
import java.util.Optional;

/// What came of an action.
public sealed interface Outcome {
    Action action();

    /// @param answer the object as it is now, a Status, or a list
    record Done(Action action, ObjectTree answer) implements Outcome {}

    record Failed(Action action, ApiException why) implements Outcome {}

    default boolean succeeded() {
        return this instanceof Done;
    }

    default Optional<ObjectTree> findAnswer() {
        return this instanceof Done(var ignored, var answer) ? Optional.of(answer) : Optional.empty();
    }

    default Optional<ApiException> findFailure() {
        return this instanceof Failed(var ignored, var why) ? Optional.of(why) : Optional.empty();
    }

    /// Whether the object that was to be read, changed or deleted is not there.
    default boolean isNotFound() {
        return this instanceof Failed(var ignored, var why) && why.code() == 404;
    }
}
