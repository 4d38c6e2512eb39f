package io.amphora.generator;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.generator.Model.Presence;
import io.amphora.generator.Model.Shape;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// Reads the real artifacts; that they agree with each other and with the overlay is checked by reading them.
class ModelReaderTest {
    private static final Model MODEL = ModelReader.read();

    private static Model.Field field(String type, String name) {
        return Objects.requireNonNull(
                Objects.requireNonNull(MODEL.types().get(type)).findField(name));
    }

    @Test
    void aFieldOfAnInlinedMessageHasBothNumbers() {
        assertThat(field("io.k8s.api.core.v1.Volume", "emptyDir").numbers()).containsExactly(2, 2);
        assertThat(field("io.k8s.api.admissionregistration.v1.NamedRuleWithOperations", "apiGroups")
                        .numbers())
                .containsExactly(2, 2, 1);
    }

    @Test
    void howAFieldLiesInMemoryComesFromTheTable() {
        assertThat(field("io.k8s.api.apps.v1.DeploymentSpec", "replicas").presence())
                .isEqualTo(Presence.GIVEN);
        assertThat(field("io.k8s.api.apps.v1.DeploymentSpec", "paused").presence())
                .isEqualTo(Presence.NON_ZERO);
        assertThat(field("io.k8s.api.apps.v1.DeploymentSpec", "template").presence())
                .isEqualTo(Presence.ALWAYS);
        assertThat(field("io.k8s.api.apps.v1.DeploymentSpec", "selector").presence())
                .isEqualTo(Presence.NULLABLE);
        assertThat(field("io.k8s.api.core.v1.Container", "imagePullPolicy").goType())
                .isEqualTo("v1.PullPolicy");
    }

    @Test
    void whatTheProtobufArtifactLacksIsWrittenByHand() {
        var spec = field(Overlay.APIREGISTRATION + "APIServiceSpec", "groupPriorityMinimum");
        assertThat(spec.numbers()).containsExactly(7);
        assertThat(spec.required()).isTrue();
        assertThat(field(Overlay.APIREGISTRATION + "APIServiceStatus", "conditions")
                        .shape())
                .isEqualTo(new Shape.ListOf(
                        new Shape.Ref(Overlay.APIREGISTRATION + "APIServiceCondition"), "map", List.of("type"), false));
    }

    @Test
    void optionsAreKindsThoughOpenApiHasNone() {
        assertThat(Objects.requireNonNull(MODEL.types().get(Overlay.META + "PatchOptions"))
                        .apiVersion())
                .isEqualTo("v1");
        assertThat(Objects.requireNonNull(MODEL.types().get("io.k8s.api.core.v1.PodSpec"))
                        .isKind())
                .isFalse();
    }
}
