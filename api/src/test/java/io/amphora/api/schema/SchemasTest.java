package io.amphora.api.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amphora.api.GroupVersionKind;
import io.amphora.machinery.schema.Schema;
import io.amphora.machinery.schema.Schema.Format;
import io.amphora.machinery.schema.Schema.Merge;
import io.amphora.machinery.schema.Schema.Type;
import io.amphora.machinery.tree.Tree;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SchemasTest {
    record Expected(
            String type,
            String field,
            int number,
            boolean required,
            Type shape,
            Merge merge,
            List<String> keys,
            String strategy,
            String mergeKey,
            @Nullable Tree defaultValue) {}

    static Stream<Expected> fields() {
        String core = "io.k8s.api.core.v1.";
        String meta = "io.k8s.apimachinery.pkg.apis.meta.v1.";
        return Stream.of(
                new Expected(core + "Pod", "metadata", 1, false, Type.OBJECT, Merge.GRANULAR, List.of(), "", "", null),
                new Expected(core + "Pod", "apiVersion", 0, false, Type.STRING, Merge.ATOMIC, List.of(), "", "", null),
                new Expected(
                        core + "PodSpec",
                        "containers",
                        2,
                        true,
                        Type.LIST,
                        Merge.GRANULAR,
                        List.of("name"),
                        "merge",
                        "name",
                        null),
                new Expected(
                        core + "PodSpec",
                        "volumes",
                        1,
                        false,
                        Type.LIST,
                        Merge.GRANULAR,
                        List.of("name"),
                        "merge,retainKeys",
                        "name",
                        null),
                new Expected(
                        core + "PodSpec", "nodeSelector", 7, false, Type.MAP, Merge.ATOMIC, List.of(), "", "", null),
                new Expected(
                        core + "Container",
                        "ports",
                        6,
                        false,
                        Type.LIST,
                        Merge.GRANULAR,
                        List.of("containerPort", "protocol"),
                        "merge",
                        "containerPort",
                        null),
                new Expected(
                        core + "ContainerPort",
                        "protocol",
                        4,
                        false,
                        Type.STRING,
                        Merge.ATOMIC,
                        List.of(),
                        "",
                        "",
                        Tree.of("TCP")),
                new Expected(
                        core + "Volume", "emptyDir", 2, false, Type.OBJECT, Merge.GRANULAR, List.of(), "", "", null),
                new Expected(core + "Service", "spec", 2, false, Type.OBJECT, Merge.GRANULAR, List.of(), "", "", null),
                new Expected(
                        core + "ServiceSpec", "selector", 2, false, Type.MAP, Merge.ATOMIC, List.of(), "", "", null),
                new Expected(
                        core + "EnvVarSource",
                        "secretKeyRef",
                        4,
                        false,
                        Type.OBJECT,
                        Merge.ATOMIC,
                        List.of(),
                        "",
                        "",
                        null),
                new Expected(
                        meta + "ObjectMeta",
                        "finalizers",
                        14,
                        false,
                        Type.LIST,
                        Merge.SET,
                        List.of(),
                        "merge",
                        "",
                        null),
                new Expected(
                        meta + "ObjectMeta",
                        "ownerReferences",
                        13,
                        false,
                        Type.LIST,
                        Merge.GRANULAR,
                        List.of("uid"),
                        "merge",
                        "uid",
                        null),
                new Expected(
                        meta + "ObjectMeta", "labels", 11, false, Type.MAP, Merge.GRANULAR, List.of(), "", "", null),
                new Expected(
                        "io.k8s.api.apps.v1.DeploymentSpec",
                        "strategy",
                        4,
                        false,
                        Type.OBJECT,
                        Merge.GRANULAR,
                        List.of(),
                        "retainKeys",
                        "",
                        null));
    }

    @ParameterizedTest
    @MethodSource("fields")
    void aFieldHasItsNumberMergeRulesAndDefault(Expected expected) {
        Schema.Field field = Schemas.byName(expected.type()).findField(expected.field());
        assertThat(field).isNotNull();
        assertThat(new Expected(
                        expected.type(),
                        field.name(),
                        field.number(),
                        field.required(),
                        field.schema().type(),
                        field.schema().merge(),
                        field.schema().mapKeys(),
                        field.patchStrategy(),
                        field.patchMergeKey(),
                        field.defaultValue()))
                .isEqualTo(expected);
    }

    @Test
    void everyKindAndTypeLoadsAndStaysTheSame() {
        assertThat(Declarations.kinds()).hasSizeGreaterThan(140);
        for (String name : Schemas.names())
            assertThat(Schemas.byName(name)).isSameAs(Schemas.byName(name)).returns(name, Schema::name);
        Declarations.kinds()
                .forEach((kind, name) -> assertThat(Schemas.of(kind)).isSameAs(Schemas.byName(name)));
    }

    @Test
    void aSchemaMayContainItself() {
        Schema props = Schemas.byName("io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps");
        assertThat(props.findField("not").schema()).isSameAs(props);
        assertThat(props.findField("properties").schema().items()).isSameAs(props);
        assertThat(props.findField("x-kubernetes-list-type").number()).isEqualTo(42);
    }

    @Test
    void scalarsHaveTheirFormat() {
        Schema meta = Schemas.byName("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta");
        assertThat(meta.findField("creationTimestamp").schema().format()).isEqualTo(Format.TIME);
        assertThat(meta.findField("generation").schema().format()).isEqualTo(Format.INT64);
        Schema secret = Schemas.byName("io.k8s.api.core.v1.Secret");
        assertThat(secret.findField("data").schema().items().format()).isEqualTo(Format.BYTES);
        Schema requirements = Schemas.byName("io.k8s.api.core.v1.ResourceRequirements");
        assertThat(requirements.findField("limits").schema().items().format()).isEqualTo(Format.QUANTITY);
    }

    @Test
    void listsAreKindsAndWhatIsNoKindIsRefused() {
        assertThat(Schemas.of(new GroupVersionKind("", "v1", "PodList"))
                        .findField("items")
                        .schema()
                        .items())
                .isSameAs(Schemas.byName("io.k8s.api.core.v1.Pod"));
        assertThatThrownBy(() -> Schemas.of(new GroupVersionKind("", "v1", "PodSpec")))
                .hasMessage("no kind PodSpec in v1");
        assertThatThrownBy(() -> Schemas.byName("Pod")).hasMessage("no type Pod");
    }

    @Test
    void whatIsLaterThanThisVersionIsLeftOut() {
        Schema condition = Schemas.byName("io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerCondition");
        assertThat(condition.fields()).doesNotContainKey("observedGeneration").containsKey("lastTransitionTime");
    }

    @Test
    void descriptionsHaveNoMarkers() {
        for (String name : Schemas.names())
            for (String field : Schemas.byName(name).fields().keySet())
                assertThat(Descriptions.ofField(name, field))
                        .as(name + "." + field)
                        .doesNotContain("+optional", "+listType", "TODO");
        assertThat(Descriptions.ofField("io.k8s.api.core.v1.Pod", "kind"))
                .startsWith("Kind is a string value representing the REST resource");
    }
}
