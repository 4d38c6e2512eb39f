package io.amphora.apiserver.admission;

import io.amphora.api.ApiException;
import io.amphora.api.core.v1.Container;
import io.amphora.api.core.v1.Namespace;
import io.amphora.api.core.v1.Namespaces;
import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.PodTemplateSpec;
import io.amphora.api.core.v1.Pods;
import io.amphora.apiserver.admission.AdmissionRequest.Operation;
import io.amphora.apiserver.admission.podsecurity.Finding;
import io.amphora.apiserver.admission.podsecurity.Policy;
import io.amphora.apiserver.admission.podsecurity.Standards;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.tree.ObjectTree;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Holds Pods to the security standards that their namespace asks for by its labels, warns of templates whose Pods
/// would be refused, and of Pods that a namespace's new labels would refuse.
public final class PodSecurity implements AdmissionPlugin {
    private static final String SYSTEM = "kube-system";
    private static final Set<String> WITH_TEMPLATES = Set.of(
            "replicationcontrollers",
            "podtemplates",
            "deployments.apps",
            "replicasets.apps",
            "statefulsets.apps",
            "daemonsets.apps",
            "jobs.batch",
            "cronjobs.batch");

    private final Policy.Level otherwise;

    public PodSecurity() {
        this(Policy.Level.PRIVILEGED);
    }

    /// @param otherwise what namespaces enforce that have no label for it; kube-system is exempt from it
    public PodSecurity(Policy.Level otherwise) {
        this.otherwise = otherwise;
    }

    @Override
    public String name() {
        return "PodSecurity";
    }

    @Override
    public void validate(AdmissionRequest request, ObjectTree object) {
        boolean writes = request.operation() == Operation.CREATE || request.operation() == Operation.UPDATE;
        if (!writes) return;
        String resource = request.resource().qualifiedName();
        if (resource.equals("namespaces") && request.subresource().isEmpty()) namespace(request, Namespace.of(object));
        else if (resource.equals("pods")) pod(request, Pod.of(object));
        else if (WITH_TEMPLATES.contains(resource) && request.subresource().isEmpty()) template(request, object);
    }

    // ---- Pods ----

    private void pod(AdmissionRequest request, Pod pod) {
        if (!Set.of("", "ephemeralcontainers").contains(request.subresource())) return;
        boolean trifling = request.operation() == Operation.UPDATE
                && request.old().filter(old -> !matters(Pod.of(old), pod)).isPresent();
        if (trifling) return;
        Policy policy = policyOf(request);
        List<Finding> forbidden = Standards.findings(policy.enforce(), pod);
        if (!forbidden.isEmpty())
            throw ApiException.forbidden(
                    request.resource(),
                    request.name(),
                    "violates PodSecurity \"" + policy.enforce() + "\": " + Finding.details(forbidden));
        warn(request, policy.warn(), pod);
    }

    private static void warn(AdmissionRequest request, Policy.Standard standard, Pod pod) {
        List<Finding> findings = Standards.findings(standard, pod);
        if (!findings.isEmpty())
            request.warn().accept("would violate PodSecurity \"" + standard + "\": " + Finding.details(findings));
    }

    private Policy policyOf(AdmissionRequest request) {
        String namespace = request.namespace();
        return request.cluster()
                .find(Namespaces.DEFINITION, "", namespace)
                .map(stored ->
                        policy(namespace, Namespace.of(stored.tree()).metadata().labels()))
                .orElse(policy(namespace, Map.of()));
    }

    private Policy policy(String namespace, Map<String, String> labels) {
        return Policy.of(labels, namespace.equals(SYSTEM) ? Policy.Level.PRIVILEGED : otherwise);
    }

    /// Whether an update changes something that a rule may look at: of what can be changed at all, that is images and
    /// containers that are new.
    private static boolean matters(Pod old, Pod pod) {
        return !images(old).equals(images(pod))
                || !old.metadata().annotations().equals(pod.metadata().annotations()) && profiles(old) != profiles(pod);
    }

    private static Map<String, String> images(Pod pod) {
        var images = new LinkedHashMap<String, String>();
        for (String field : List.of("initContainers", "containers", "ephemeralContainers"))
            pod.spec().tree().list(field).forEach(each -> {
                var container = new Container(each.object());
                images.put(container.name(), container.image());
            });
        return images;
    }

    private static int profiles(Pod pod) {
        return pod.metadata().annotations().entrySet().stream()
                .filter(each ->
                        each.getKey().contains("apparmor") || each.getKey().contains("seccomp"))
                .mapToInt(Map.Entry::hashCode)
                .sum();
    }

    // ---- templates ----

    /// Who writes a template is only warned: the Pods will be refused.
    private void template(AdmissionRequest request, ObjectTree object) {
        Policy policy = policyOf(request);
        if (policy.warn().allowsEverything()) return;
        ObjectTree template = templateOf(request.resource().plural(), object);
        Optional<ObjectTree> before =
                request.old().map(old -> templateOf(request.resource().plural(), old));
        if (template.isEmpty() || before.filter(template::equals).isPresent()) return;
        var spec = PodTemplateSpec.of(template);
        warn(request, policy.warn(), Pod.EMPTY.withMetadata(spec.metadata()).withSpec(spec.spec()));
    }

    private static ObjectTree templateOf(String plural, ObjectTree object) {
        return switch (plural) {
            case "podtemplates" -> object.object("template");
            case "cronjobs" ->
                object.object("spec").object("jobTemplate").object("spec").object("template");
            default -> object.object("spec").object("template");
        };
    }

    // ---- namespaces ----

    private void namespace(AdmissionRequest request, Namespace namespace) {
        Map<String, String> labels = namespace.metadata().labels();
        Map<String, String> before =
                request.old().map(old -> Namespace.of(old).metadata().labels()).orElse(Map.of());
        var errors = new FieldErrors();
        Policy.validate(labels, errors);
        var old = new FieldErrors();
        Policy.validate(before, old);
        boolean known = request.operation() == Operation.UPDATE && errors.list().equals(old.list());
        if (!errors.isEmpty() && !known)
            throw ApiException.invalid(request.resource().gvk(), namespace.name(), errors.list());
        Policy.Standard enforce = policy(namespace.name(), labels).enforce();
        boolean stricter = request.operation() == Operation.UPDATE
                && Policy.isStricter(enforce, policy(namespace.name(), before).enforce());
        if (stricter) tellOfPods(request, namespace.name(), enforce);
    }

    private record Same(String first, int count) {}

    private static void tellOfPods(AdmissionRequest request, String namespace, Policy.Standard enforce) {
        var byReason = new LinkedHashMap<String, Same>();
        for (var entry : request.cluster().list(Pods.DEFINITION, namespace)) {
            Pod pod = Pod.of(entry.value().tree());
            List<Finding> findings = Standards.findings(enforce, pod);
            if (!findings.isEmpty())
                byReason.merge(
                        Finding.reasons(findings),
                        new Same(pod.name(), 1),
                        (same, more) -> new Same(same.first(), same.count() + 1));
        }
        if (byReason.isEmpty()) return;
        request.warn()
                .accept("existing pods in namespace \"" + namespace + "\" violate the new PodSecurity enforce level \""
                        + enforce + "\"");
        var lines = new ArrayList<String>();
        byReason.forEach((reasons, same) -> lines.add(same.first() + others(same.count() - 1) + ": " + reasons));
        lines.stream().sorted().forEach(request.warn());
    }

    private static String others(int count) {
        return switch (count) {
            case 0 -> "";
            case 1 -> " (and 1 other pod)";
            default -> " (and " + count + " other pods)";
        };
    }
}
