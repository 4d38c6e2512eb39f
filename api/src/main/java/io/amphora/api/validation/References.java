package io.amphora.api.validation;

import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.field.Names;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;

/// References to objects whose kind is not fixed.
public final class References {
    private References() {}

    /// A part of a path.
    public static void segment(String text, FieldPath at, FieldErrors errors) {
        segment(text, "", at, errors);
    }

    /// @param missing what the message adds when there is no text
    public static void segment(String text, String missing, FieldPath at, FieldErrors errors) {
        if (text.isEmpty()) errors.required(at, missing);
        else errors.invalidAll(at, text, Names.isValidPathSegmentName(text));
    }

    /// `{apiGroup, kind, name}`
    public static void typed(ObjectTree reference, FieldPath at, FieldErrors errors) {
        if (reference.find("apiGroup") instanceof Tree.Text)
            Checks.subdomain(reference.text("apiGroup"), at.child("apiGroup"), errors);
        segment(reference.text("kind"), at.child("kind"), errors);
        segment(reference.text("name"), at.child("name"), errors);
    }
}
