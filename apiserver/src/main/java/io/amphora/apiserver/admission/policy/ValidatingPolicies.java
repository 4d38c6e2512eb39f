package io.amphora.apiserver.admission.policy;

import io.amphora.api.ApiException;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.admissionregistration.v1.ValidatingAdmissionPolicies;
import io.amphora.api.admissionregistration.v1.ValidatingAdmissionPolicy;
import io.amphora.api.admissionregistration.v1.ValidatingAdmissionPolicyBinding;
import io.amphora.api.admissionregistration.v1.ValidatingAdmissionPolicyBindings;
import io.amphora.api.core.v1.Namespaces;
import io.amphora.apiserver.admission.AdmissionPlugin;
import io.amphora.apiserver.admission.AdmissionRequest;
import io.amphora.apiserver.admission.policy.CompiledPolicy.Objection;
import io.amphora.apiserver.auth.Authorizer;
import io.amphora.apiserver.state.Snapshot;
import io.amphora.apiserver.state.Stored;
import io.amphora.machinery.select.LabelSelector;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;

/// ValidatingAdmissionPolicies with their bindings (KEP-3488): every write that they are about is judged by their
/// expressions.
public final class ValidatingPolicies implements AdmissionPlugin {
    private static final Map<String, Integer> CODES =
            Map.of("Forbidden", 403, "Unauthorized", 401, "RequestEntityTooLarge", 413, "Invalid", 422);

    private final Authorizer authorizer;
    private final BiFunction<String, String, Optional<ResourceDefinition<?>>> kinds;
    private final PolicyMatch match;

    /// By uid and revision of the policy.
    private final Map<String, CompiledPolicy> compiled = new ConcurrentHashMap<>();

    /// @param kinds finds a kind by its apiVersion and name, for parameters and the versions that are served
    public ValidatingPolicies(
            Authorizer authorizer, BiFunction<String, String, Optional<ResourceDefinition<?>>> kinds) {
        this.authorizer = authorizer;
        this.kinds = kinds;
        match = new PolicyMatch(kinds);
    }

    @Override
    public String name() {
        return "ValidatingAdmissionPolicy";
    }

    @Override
    public void validate(AdmissionRequest request, ObjectTree object) {
        if (PolicyMatch.isExempt(request)) return;
        Snapshot cluster = request.cluster();
        Map<String, List<ValidatingAdmissionPolicyBinding>> bindings = bindings(cluster);
        if (bindings.isEmpty()) return;
        ObjectTree namespace = namespace(request);
        PolicyInputs inputs = null;
        Denial first = null;
        int policies = 0;
        for (var entry : cluster.list(ValidatingAdmissionPolicies.DEFINITION, "")) {
            Stored stored = entry.value();
            policies++;
            List<ValidatingAdmissionPolicyBinding> bound = bindings.getOrDefault(stored.name(), List.of());
            ObjectTree constraints = stored.tree().object("spec").object("matchConstraints");
            if (bound.isEmpty() || !match.matches(constraints, request, object, namespace, true)) continue;
            CompiledPolicy policy = compiled(stored);
            for (ValidatingAdmissionPolicyBinding binding : bound) {
                ObjectTree narrowed = binding.spec().tree().object("matchResources");
                if (!match.matches(narrowed, request, object, namespace, false)) continue;
                if (inputs == null) inputs = new PolicyInputs(request, object, namespace, authorizer);
                Optional<Denial> denial = judge(request, inputs, policy, stored.name(), binding);
                if (first == null) first = denial.orElse(null);
            }
        }
        if (compiled.size() > 2 * policies) compiled.clear();
        if (first != null) throw first.refusal(request);
    }

    private static Map<String, List<ValidatingAdmissionPolicyBinding>> bindings(Snapshot cluster) {
        var bindings = new HashMap<String, List<ValidatingAdmissionPolicyBinding>>();
        for (var each : cluster.list(ValidatingAdmissionPolicyBindings.DEFINITION, "")) {
            var binding = ValidatingAdmissionPolicyBinding.of(each.value().tree());
            bindings.computeIfAbsent(binding.spec().policyName(), any -> new ArrayList<>())
                    .add(binding);
        }
        return bindings;
    }

    private CompiledPolicy compiled(Stored policy) {
        return compiled.computeIfAbsent(
                policy.metadata().text("uid") + "/" + policy.revision(),
                any -> new CompiledPolicy(ValidatingAdmissionPolicy.of(policy.tree())));
    }

    private static ObjectTree namespace(AdmissionRequest request) {
        if (request.namespace().isEmpty()) return ObjectTree.EMPTY;
        return request.cluster()
                .find(Namespaces.DEFINITION, "", request.namespace())
                .map(Stored::tree)
                .orElse(ObjectTree.EMPTY);
    }

    /// @return the first objection, if the binding denies
    private Optional<Denial> judge(
            AdmissionRequest request,
            PolicyInputs inputs,
            CompiledPolicy policy,
            String name,
            ValidatingAdmissionPolicyBinding binding) {
        var objections = new ArrayList<Objection>();
        try {
            for (Tree params : params(request, policy, binding)) objections.addAll(policy.judge(inputs, params));
        } catch (Unusable why) {
            if (policy.failsClosed()) objections.add(new Objection(String.valueOf(why.getMessage()), "Invalid"));
        }
        if (objections.isEmpty()) return Optional.empty();
        List<String> actions = binding.spec().validationActions();
        if (actions.contains("Warn"))
            for (Objection each : objections)
                request.warn()
                        .accept("Validation failed for ValidatingAdmissionPolicy '" + name + "' with binding '"
                                + binding.name() + "': " + each.message());
        return actions.contains("Deny")
                ? Optional.of(new Denial(name, binding.name(), objections.getFirst()))
                : Optional.empty();
    }

    /// Why a policy or binding cannot be applied.
    private static final class Unusable extends Exception {
        Unusable(String message) {
            super(message);
        }
    }

    /// @return those to judge with, one after the other; one that is null where the policy takes none
    private List<Tree> params(AdmissionRequest request, CompiledPolicy policy, ValidatingAdmissionPolicyBinding binding)
            throws Unusable {
        var wanted = policy.spec().findParamKind();
        ObjectTree reference = binding.spec().tree().object("paramRef");
        if (wanted.isEmpty() || reference.isEmpty()) return List.of(Tree.NULL);
        ResourceDefinition<?> kind = kinds.apply(
                        wanted.get().apiVersion(), wanted.get().kind())
                .orElseThrow(() ->
                        new Unusable("failed to configure policy: failed to find resource referenced by paramKind: '"
                                + wanted.get().apiVersion() + ", Kind="
                                + wanted.get().kind() + "'"));
        String namespace = reference.text("namespace");
        if (!kind.namespaced() && !namespace.isEmpty())
            throw new Unusable(
                    "failed to configure binding: paramRef.namespace must not be provided for a cluster-scoped `paramKind`");
        if (kind.namespaced() && namespace.isEmpty()) {
            namespace = request.namespace();
            if (namespace.isEmpty())
                throw new Unusable(
                        "failed to configure binding: cannot use namespaced paramRef in policy binding that matches cluster-scoped resources");
        }
        List<Tree> found = found(request.cluster(), kind, namespace, reference);
        if (!found.isEmpty() || reference.text("parameterNotFoundAction").equals("Allow")) return found;
        throw new Unusable(
                "failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction");
    }

    private static List<Tree> found(
            Snapshot cluster, ResourceDefinition<?> kind, String namespace, ObjectTree reference) {
        String name = reference.text("name");
        if (!name.isEmpty())
            return cluster.find(kind, namespace, name)
                    .map(each -> List.<Tree>of(each.tree()))
                    .orElse(List.of());
        LabelSelector selector = LabelSelector.of(reference.get("selector"));
        var found = new ArrayList<Tree>();
        for (var each : cluster.list(kind, namespace))
            if (selector.matches(each.value().labels())) found.add(each.value().tree());
        return found;
    }

    private record Denial(String policy, String binding, Objection objection) {
        ApiException refusal(AdmissionRequest request) {
            ResourceDefinition<?> kind = request.resource();
            String message = "ValidatingAdmissionPolicy '" + policy + "' with binding '" + binding
                    + "' denied request: " + objection.message();
            String name = request.name().isEmpty() ? "Unknown" : request.name();
            var details = ObjectTree.builder()
                    .put("name", name)
                    .put("kind", kind.plural())
                    .put("causes", ListTree.of(ObjectTree.of("message", message)));
            if (!kind.group().isEmpty()) details.put("group", kind.group());
            return ApiException.of(
                    CODES.getOrDefault(objection.reason(), 422),
                    objection.reason(),
                    kind.qualifiedName() + " \"" + name + "\" is forbidden: " + message,
                    details.build());
        }
    }
}
