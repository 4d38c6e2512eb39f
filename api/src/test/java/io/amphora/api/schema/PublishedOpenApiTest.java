package io.amphora.api.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.machinery.schema.Schema;
import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Compares the generated schemas with an OpenAPI document that others published, of Kubernetes 1.34.
class PublishedOpenApiTest {
    /// What is required in 1.36 by another list than in 1.34, says the artifact of 1.36.
    private static final Map<String, Set<String>> REQUIRED_SINCE = Map.ofEntries(
            Map.entry("admission.v1.AdmissionRequest", Set.of()),
            Map.entry("admission.v1.AdmissionResponse", Set.of()),
            Map.entry("admissionregistration.v1.ValidatingAdmissionPolicyBinding", Set.of("spec")),
            Map.entry(
                    "admissionregistration.v1.ValidatingAdmissionPolicyBindingSpec",
                    Set.of("policyName", "validationActions")),
            Map.entry("authentication.v1.TokenRequest", Set.of()),
            Map.entry("authentication.v1.TokenRequestSpec", Set.of()),
            Map.entry("authentication.v1.TokenRequestStatus", Set.of()),
            Map.entry("authentication.v1.TokenReviewSpec", Set.of("token")),
            Map.entry("autoscaling.v1.HorizontalPodAutoscaler", Set.of("spec")),
            Map.entry("autoscaling.v2.HorizontalPodAutoscaler", Set.of("spec")),
            Map.entry("batch.v1.CronJob", Set.of("spec")),
            Map.entry("batch.v1.PodFailurePolicyOnPodConditionsPattern", Set.of("type")),
            Map.entry("discovery.v1.EndpointSlice", Set.of("addressType")),
            Map.entry("networking.v1.IPAddress", Set.of("spec")),
            Map.entry("policy.v1.PodDisruptionBudgetStatus", Set.of()),
            Map.entry("rbac.v1.RoleRef", Set.of("kind", "name")),
            Map.entry("scheduling.v1.PriorityClass", Set.of()));

    private static ObjectTree definitions = ObjectTree.EMPTY;

    @BeforeAll
    static void read() throws IOException {
        try (var in = PublishedOpenApiTest.class.getResourceAsStream("/openshift-generated.json")) {
            definitions = Json.read(Objects.requireNonNull(in).readAllBytes())
                    .object()
                    .object("definitions");
        }
    }

    @Test
    void everyPropertyOfTheDocumentIsGeneratedWithTheSameMergeRulesAndDefault() {
        var differences = new ArrayList<String>();
        int compared = 0;
        for (String name : Schemas.names()) {
            if (!definitions.has(name)) continue;
            Schema ours = Schemas.byName(name);
            ObjectTree theirs = definitions.object(name);
            differ(
                    differences,
                    name,
                    "atomic",
                    ours.merge() == Schema.Merge.ATOMIC,
                    theirs.text("x-kubernetes-map-type").equals("atomic"));
            var required = new TreeSet<String>();
            for (Schema.Field field : ours.fields().values()) if (field.required()) required.add(field.name());
            var theirRequired = new TreeSet<String>();
            for (Tree one : theirs.list("required")) theirRequired.add(Objects.requireNonNull(one.text()));
            Set<String> since = REQUIRED_SINCE.get(name.replace("io.k8s.api.", ""));
            differ(differences, name, "required", required, since == null ? theirRequired : since);
            for (var property : theirs.object("properties")) {
                compared++;
                Schema.Field field = ours.findField(property.getKey());
                if (field == null) differences.add(name + "." + property.getKey() + " is missing");
                else compare(differences, name, field, property.getValue().object());
            }
        }
        assertThat(compared).isGreaterThan(1800);
        assertThat(differences).isEmpty();
    }

    private static void compare(List<String> differences, String type, Schema.Field field, ObjectTree property) {
        String place = type + "." + field.name();
        Schema shape = field.schema();
        boolean list = shape.type() == Schema.Type.LIST;
        String listType = property.text("x-kubernetes-list-type");
        if (list)
            differ(
                    differences,
                    place,
                    "list type",
                    shape.merge(),
                    switch (listType) {
                        case "set" -> Schema.Merge.SET;
                        case "map" -> Schema.Merge.GRANULAR;
                        default -> Schema.Merge.ATOMIC;
                    });
        var keys = property.list("x-kubernetes-list-map-keys").stream()
                .map(Tree::text)
                .toList();
        differ(differences, place, "keys", shape.mapKeys(), keys);
        if (shape.type() == Schema.Type.MAP)
            differ(
                    differences,
                    place,
                    "atomic",
                    shape.merge() == Schema.Merge.ATOMIC,
                    property.text("x-kubernetes-map-type").equals("atomic"));
        differ(differences, place, "strategy", field.patchStrategy(), property.text("x-kubernetes-patch-strategy"));
        differ(differences, place, "merge key", field.patchMergeKey(), property.text("x-kubernetes-patch-merge-key"));
        Tree theirDefault = property.get("default");
        if (field.defaultValue() != null) differ(differences, place, "default", field.defaultValue(), theirDefault);
        else if (!isZero(theirDefault)) differences.add(place + " lacks the default " + theirDefault);
    }

    @Test
    void mostDescriptionsAreStillTheSame() {
        int same = 0;
        int all = 0;
        for (String name : Schemas.names())
            for (var property : definitions.object(name).object("properties")) {
                all++;
                if (Descriptions.ofField(name, property.getKey())
                        .equalsIgnoreCase(property.getValue().object().text("description"))) same++;
            }
        assertThat(same).isGreaterThan(all * 8 / 10);
        assertThat(Descriptions.ofType("io.k8s.api.core.v1.Container"))
                .isEqualTo("A single application container that you want to run within a pod.");
    }

    private static boolean isZero(Tree tree) {
        return switch (tree) {
            case ObjectTree object -> object.isEmpty();
            case Tree.Text(var text) -> text.isEmpty();
            case Tree.Whole(var value) -> value == 0;
            case Tree.Bool(var value) -> !value;
            default -> tree.isNull();
        };
    }

    private static void differ(List<String> differences, String place, String what, Object ours, Object theirs) {
        if (!ours.equals(theirs)) differences.add(place + " " + what + ": " + ours + ", not " + theirs);
    }
}
