package io.amphora.api.validation;

import io.amphora.api.core.v1.Affinity;
import io.amphora.api.core.v1.PodAffinityTerm;
import io.amphora.api.core.v1.WeightedPodAffinityTerm;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import java.util.List;

/// Where a Pod wants to be, by nodes and by other Pods.
final class PodAffinities {
    private static final String REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution";
    private static final String PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution";

    private PodAffinities() {}

    static void affinity(Affinity affinity, FieldPath at, FieldErrors errors) {
        affinity.findNodeAffinity().ifPresent(node -> NodeSelectors.affinity(node, at.child("nodeAffinity"), errors));
        affinity.findPodAffinity().ifPresent(near -> {
            FieldPath path = at.child("podAffinity");
            required(near.requiredDuringSchedulingIgnoredDuringExecution(), path.child(REQUIRED), errors);
            preferred(near.preferredDuringSchedulingIgnoredDuringExecution(), path.child(PREFERRED), errors);
        });
        affinity.findPodAntiAffinity().ifPresent(away -> {
            FieldPath path = at.child("podAntiAffinity");
            required(away.requiredDuringSchedulingIgnoredDuringExecution(), path.child(REQUIRED), errors);
            preferred(away.preferredDuringSchedulingIgnoredDuringExecution(), path.child(PREFERRED), errors);
        });
    }

    private static void required(List<PodAffinityTerm> terms, FieldPath at, FieldErrors errors) {
        for (int i = 0; i < terms.size(); i++) term(terms.get(i), at.index(i), errors);
    }

    private static void preferred(List<WeightedPodAffinityTerm> terms, FieldPath at, FieldErrors errors) {
        for (int i = 0; i < terms.size(); i++) {
            NodeSelectors.weight(terms.get(i).weight(), at.index(i).child("weight"), errors);
            term(terms.get(i).podAffinityTerm(), at.index(i).child("podAffinityTerm"), errors);
        }
    }

    private static void term(PodAffinityTerm term, FieldPath at, FieldErrors errors) {
        Labels.selector(term.findLabelSelector(), at.child("labelSelector"), errors);
        Labels.selector(term.findNamespaceSelector(), at.child("namespaceSelector"), errors);
        for (String namespace : term.namespaces()) Checks.label(namespace, at.child("namespace"), errors);
        labelKeys(term, at, errors);
        FieldPath topologyKey = at.child("topologyKey");
        if (term.topologyKey().isEmpty()) errors.required(topologyKey, "can not be empty");
        Labels.name(term.topologyKey(), topologyKey, errors);
    }

    /// Label keys whose values are taken from the Pod itself (KEP-3633).
    private static void labelKeys(PodAffinityTerm term, FieldPath at, FieldErrors errors) {
        FieldPath match = at.child("matchLabelKeys");
        FieldPath mismatch = at.child("mismatchLabelKeys");
        labelKeys(term.matchLabelKeys(), term, match, errors);
        labelKeys(term.mismatchLabelKeys(), term, mismatch, errors);
        Labels.notInSelectorToo(term.matchLabelKeys(), term.labelSelector(), at, errors);
        for (int i = 0; i < term.matchLabelKeys().size(); i++) {
            String key = term.matchLabelKeys().get(i);
            if (term.mismatchLabelKeys().contains(key))
                errors.invalid(match.index(i), key, "exists in both matchLabelKeys and mismatchLabelKeys");
        }
    }

    private static void labelKeys(List<String> keys, PodAffinityTerm term, FieldPath at, FieldErrors errors) {
        if (keys.isEmpty()) return;
        if (term.findLabelSelector().isEmpty()) {
            errors.forbidden(at, "must not be specified when labelSelector is not set");
            return;
        }
        for (int i = 0; i < keys.size(); i++) Labels.name(keys.get(i), at.index(i), errors);
    }
}
