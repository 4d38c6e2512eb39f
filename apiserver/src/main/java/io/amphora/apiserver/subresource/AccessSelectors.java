package io.amphora.apiserver.subresource;

import io.amphora.api.authorization.v1.FieldSelectorAttributes;
import io.amphora.api.authorization.v1.LabelSelectorAttributes;
import io.amphora.api.meta.v1.FieldSelectorRequirement;
import io.amphora.api.meta.v1.LabelSelectorRequirement;
import io.amphora.api.validation.Labels;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.select.FieldSelector;
import io.amphora.machinery.select.LabelSelector;
import io.amphora.machinery.select.SelectorException;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import java.util.ArrayList;
import java.util.List;

/// The selectors of a request that somebody asks about (KEP-4601). What cannot be understood of them is left out, which
/// asks about more objects: it never allows what the whole selector would not.
///
/// @param error what was left out, for `status.evaluationError`; "" for nothing
record AccessSelectors(LabelSelector labels, FieldSelector fields, String error) {
    private static final String LABELS = "labelSelector";
    private static final String FIELDS = "fieldSelector";

    /// @param attributes a `spec.resourceAttributes`
    static AccessSelectors of(ObjectTree attributes, FieldPath at) {
        var errors = new ArrayList<String>();
        FieldSelector fields = fields(FieldSelectorAttributes.of(attributes.object(FIELDS)), at.child(FIELDS), errors);
        LabelSelector labels = labels(LabelSelectorAttributes.of(attributes.object(LABELS)), at.child(LABELS), errors);
        return new AccessSelectors(labels, fields, String.join("; ", errors));
    }

    private static LabelSelector labels(LabelSelectorAttributes asked, FieldPath at, List<String> errors) {
        LabelSelector selector = LabelSelector.EVERYTHING;
        boolean whole = true;
        try {
            selector = LabelSelector.parse(asked.rawSelector());
        } catch (SelectorException malformed) {
            whole = false;
        }
        for (LabelSelectorRequirement each : asked.requirements()) {
            try {
                ObjectTree one = ObjectTree.of("matchExpressions", ListTree.of(each.tree()));
                selector = selector.and(LabelSelector.of(one));
            } catch (SelectorException malformed) {
                whole = false;
            }
        }
        if (!whole) errors.add(ignored(at, selector.matchesEverything()));
        return selector;
    }

    private static FieldSelector fields(FieldSelectorAttributes asked, FieldPath at, List<String> errors) {
        var terms = new ArrayList<FieldSelector.Term>();
        boolean whole = true;
        try {
            terms.addAll(FieldSelector.parse(asked.rawSelector()).terms());
        } catch (SelectorException malformed) {
            whole = false;
        }
        for (FieldSelectorRequirement each : asked.requirements()) {
            boolean known = List.of("In", "NotIn").contains(each.operator())
                    && each.values().size() == 1;
            if (known)
                terms.add(new FieldSelector.Term(
                        each.key(),
                        each.operator().equals("NotIn"),
                        each.values().getFirst()));
            else whole = false;
        }
        if (!whole) errors.add(ignored(at, terms.isEmpty()));
        return new FieldSelector(terms);
    }

    private static String ignored(FieldPath at, boolean all) {
        return at + (all ? " ignored" : " partially ignored") + " due to parse error";
    }

    static void validate(ObjectTree attributes, FieldPath at, FieldErrors errors) {
        if (attributes.find(FIELDS) instanceof ObjectTree selector) {
            FieldPath field = at.child(FIELDS);
            eitherForm(selector, field, errors);
            var requirements = FieldSelectorAttributes.of(selector).requirements();
            for (int i = 0; i < requirements.size(); i++)
                requirement(requirements.get(i), field.child("requirements").index(i), errors);
        }
        if (attributes.find(LABELS) instanceof ObjectTree selector) {
            FieldPath field = at.child(LABELS);
            eitherForm(selector, field, errors);
            var requirements = LabelSelectorAttributes.of(selector).requirements();
            for (int i = 0; i < requirements.size(); i++)
                Labels.requirementOfAnyOperator(
                        requirements.get(i), field.child("requirements").index(i), errors);
        }
    }

    private static void eitherForm(ObjectTree selector, FieldPath field, FieldErrors errors) {
        String raw = selector.text("rawSelector");
        boolean requirements = !selector.list("requirements").isEmpty();
        if (!raw.isEmpty() && requirements)
            errors.invalid(field.child("rawSelector"), raw, "may not specified at the same time as requirements");
        if (raw.isEmpty() && !requirements)
            errors.required(
                    field.child("requirements"),
                    "when " + field + " is specified, requirements or rawSelector is required");
    }

    private static void requirement(FieldSelectorRequirement requirement, FieldPath at, FieldErrors errors) {
        if (requirement.key().isEmpty()) errors.required(at.child("key"), "must be specified");
        Labels.operands(requirement.operator(), requirement.values(), at, errors);
    }
}
