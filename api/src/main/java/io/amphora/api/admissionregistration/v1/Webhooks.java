package io.amphora.api.admissionregistration.v1;

import io.amphora.api.Defaults;
import io.amphora.api.validation.Checks;
import io.amphora.api.validation.WebhookClients;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.field.Names;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.HashSet;
import java.util.List;

/// What both kinds of webhooks have in common; all of it but `reinvocationPolicy`.
final class Webhooks {
    private static final FieldPath WEBHOOKS = FieldPath.of("webhooks");
    private static final List<String> REVIEW_VERSIONS = List.of("v1", "v1beta1");
    private static final List<String> SIDE_EFFECTS = List.of("None", "NoneOnDryRun");
    private static final int LONGEST = 30;

    private Webhooks() {}

    static ObjectTree defaults(ObjectTree webhook) {
        ObjectTree tree = Defaults.absent(Matching.defaults(webhook), "failurePolicy", "Fail");
        tree = Defaults.absent(tree, "timeoutSeconds", 10);
        return Defaults.in(
                tree,
                "clientConfig",
                client -> Defaults.in(client, "service", service -> Defaults.absent(service, "port", 443)));
    }

    static void validate(ListTree webhooks, FieldErrors errors) {
        var names = new HashSet<String>();
        for (int i = 0; i < webhooks.size(); i++) {
            FieldPath at = WEBHOOKS.index(i);
            var webhook = MutatingWebhook.of(webhooks.get(i).object());
            validate(webhook, at, errors);
            reviewVersions(webhook.admissionReviewVersions(), at.child("admissionReviewVersions"), errors);
            if (!webhook.name().isEmpty() && !names.add(webhook.name()))
                errors.duplicate(at.child("name"), webhook.name());
        }
    }

    private static void validate(MutatingWebhook webhook, FieldPath at, FieldErrors errors) {
        ObjectTree tree = webhook.tree();
        Names.isFullyQualifiedName(at.child("name"), webhook.name(), errors);
        for (int i = 0; i < webhook.rules().size(); i++)
            Matching.rule(webhook.rules().get(i), at.child("rules").index(i), errors);
        Checks.supported(webhook.failurePolicy(), Matching.FAILURE_POLICIES, at.child("failurePolicy"), errors);
        Matching.policy(tree, at, errors);
        if (webhook.sideEffects().isEmpty())
            errors.required(at.child("sideEffects"), "must specify one of " + String.join(", ", SIDE_EFFECTS));
        else Checks.supported(webhook.sideEffects(), SIDE_EFFECTS, at.child("sideEffects"), errors);
        int seconds = webhook.timeoutSeconds();
        if (seconds < 1 || seconds > LONGEST)
            errors.invalid(at.child("timeoutSeconds"), seconds, "the timeout value must be between 1 and 30 seconds");
        Matching.selectors(tree, at, errors);
        webhook.findReinvocationPolicy()
                .ifPresent(policy ->
                        Checks.supported(policy, List.of("IfNeeded", "Never"), at.child("reinvocationPolicy"), errors));
        client(webhook.clientConfig(), at.child("clientConfig"), errors);
        Matching.conditions(
                webhook.matchConditions(), new PolicyExpressions(false, false), at.child("matchConditions"), errors);
    }

    private static void client(WebhookClientConfig client, FieldPath at, FieldErrors errors) {
        boolean url = client.findUrl().isPresent();
        if (url == client.findService().isPresent()) {
            errors.required(at, "exactly one of url or service is required");
        } else if (url) {
            WebhookClients.url(client.url(), at.child("url"), errors);
        } else {
            ServiceReference service = client.service();
            WebhookClients.service(
                    service.name(), service.namespace(), service.port(), service.path(), at.child("service"), errors);
        }
    }

    private static void reviewVersions(List<String> versions, FieldPath list, FieldErrors errors) {
        String known = String.join(", ", REVIEW_VERSIONS);
        if (versions.isEmpty()) {
            errors.required(list, "must specify one of " + known);
            return;
        }
        var seen = new HashSet<String>();
        for (int i = 0; i < versions.size(); i++) {
            String version = versions.get(i);
            if (seen.add(version)) errors.invalidAll(list.index(i), version, Names.isDNS1035Label(version));
            else errors.invalid(list.index(i), version, "duplicate version");
        }
        if (REVIEW_VERSIONS.stream().noneMatch(versions::contains))
            errors.invalid(list, versions, "must include at least one of " + known);
    }

    /// Not labels and annotations: what is asked, and how.
    static boolean differ(Tree updated, Tree stored) {
        return !updated.object().get("webhooks").equals(stored.object().get("webhooks"));
    }
}
