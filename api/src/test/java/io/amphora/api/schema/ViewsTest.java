package io.amphora.api.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.api.apps.v1.Deployment;
import io.amphora.api.core.v1.Container;
import io.amphora.api.core.v1.ContainerPort;
import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.PodSpec;
import io.amphora.api.core.v1.Secret;
import io.amphora.api.meta.v1.ObjectMeta;
import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.ObjectTree;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ViewsTest {
    @Test
    void whatIsAbsentReadsAsZeroAndIsToldApart() {
        Pod pod = Pod.EMPTY;
        assertThat(pod.apiVersion()).isEqualTo("v1");
        assertThat(pod.kind()).isEqualTo("Pod");
        assertThat(pod.spec().hostNetwork()).isFalse();
        assertThat(pod.spec().findHostNetwork()).isEmpty();
        assertThat(pod.spec().containers()).isEmpty();
        assertThat(pod.findSpec()).isEmpty();
        assertThat(pod.metadata().findCreationTimestamp()).isEmpty();
        assertThat(Deployment.EMPTY.spec().withReplicas(0).findReplicas()).hasValue(0);
    }

    @Test
    void withMakesAChangedCopyAndWithoutTakesAway() {
        Pod pod = Pod.EMPTY
                .withMetadata(ObjectMeta.EMPTY
                        .withName("p")
                        .withLabels(Map.of("a", "b"))
                        .withCreationTimestamp(Instant.parse("2026-01-02T03:04:05.6Z")))
                .withSpec(PodSpec.EMPTY.withContainers(List.of(
                        Container.EMPTY.withName("c").withPorts(List.of(ContainerPort.EMPTY.withContainerPort(80))))));
        assertThat(Json.write(pod.tree()))
                .isEqualTo(
                        "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"creationTimestamp\":\"2026-01-02T03:04:05Z\","
                                + "\"labels\":{\"a\":\"b\"},\"name\":\"p\"},\"spec\":{\"containers\":[{\"name\":\"c\",\"ports\":[{\"containerPort\":80}]}]}}");
        assertThat(pod.name()).isEqualTo("p");
        assertThat(pod.spec().containers().getFirst().ports().getFirst().containerPort())
                .isEqualTo(80);
        assertThat(pod.metadata().labels()).isEqualTo(Map.of("a", "b"));
        assertThat(pod.withoutSpec().tree().has("spec")).isFalse();
        assertThat(pod.spec().withContainers(List.of()).tree().has("containers"))
                .isTrue();
        assertThat(pod).isEqualTo(Pod.of(Json.read(Json.write(pod.tree())).object()));
    }

    @Test
    void bytesAreDecodedWhenAskedFor() {
        Secret secret = Secret.EMPTY.withData(Map.of("k", "päss".getBytes(StandardCharsets.UTF_8)));
        assertThat(secret.tree().object("data").text("k")).isEqualTo("cMOkc3M=");
        assertThat(secret.data().get("k")).isEqualTo("päss".getBytes(StandardCharsets.UTF_8));
        assertThat(secret.data().get("other")).isNull();
    }

    @Test
    void listsAndMapsAreViewsOfTheTree() {
        ObjectTree tree = ObjectTree.of("containers", List.of(ObjectTree.of("name", "a"), ObjectTree.of("name", "b")));
        List<Container> containers = PodSpec.of(tree).containers();
        assertThat(PodSpec.EMPTY.withContainers(containers).tree().get("containers"))
                .isSameAs(tree.get("containers"));
        assertThat(containers).extracting(Container::name).containsExactly("a", "b");
    }

    @Test
    void javaKeywordsGetAnUnderscore() {
        assertThat(io.amphora.api.meta.v1.ListMeta.EMPTY.withContinue("x").continue_())
                .isEqualTo("x");
    }
}
