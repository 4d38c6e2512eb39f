package io.amphora.kubelet.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amphora.api.core.v1.ConfigMap;
import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.Secret;
import io.amphora.api.core.v1.Service;
import io.amphora.machinery.quantity.Quantity;
import io.amphora.machinery.tree.Yaml;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EnvironmentTest {
    /// @param container the fields of a container that make its environment
    /// @param wanted some of the variables; null for one that must not be there
    record Row(String sentence, String container, Map<String, String> wanted) {
        @Override
        public String toString() {
            return sentence;
        }
    }

    static List<Row> rows() {
        return List.of(
                new Row("a plain value", "env: [{name: A, value: b}]", Map.of("A", "b")),
                new Row(
                        "earlier variables can be used",
                        "env: [{name: A, value: b}, {name: C, value: '$(A)-$(NONE)-$$(A)'}]",
                        Map.of("C", "b-$(NONE)-$(A)")),
                new Row(
                        "later ones can't",
                        "env: [{name: C, value: '$(A)'}, {name: A, value: b}]",
                        Map.of("C", "$(A)")),
                new Row(
                        "whole ConfigMaps and Secrets, with a prefix",
                        "envFrom: [{prefix: P_, configMapRef: {name: map}}, {secretRef: {name: key}}]",
                        Map.of("P_color", "red", "password", "sesame")),
                new Row(
                        "its own value wins over a ConfigMap's",
                        "{envFrom: [{configMapRef: {name: map}}], env: [{name: color, value: 'not $(color)'}]}",
                        Map.of("color", "not red")),
                new Row(
                        "single keys",
                        "env: [{name: A, valueFrom: {configMapKeyRef: {name: map, key: color}}},"
                                + " {name: B, valueFrom: {secretKeyRef: {name: key, key: password}}}]",
                        Map.of("A", "red", "B", "sesame")),
                new Row(
                        "what is optional may be missing",
                        "{envFrom: [{configMapRef: {name: none, optional: true}}],"
                                + " env: [{name: A, valueFrom: {configMapKeyRef: {name: map, key: none, optional: true}}}, {name: B, value: b}]}",
                        Map.of("B", "b")),
                new Row(
                        "fields of the Pod",
                        "env: [{name: A, valueFrom: {fieldRef: {fieldPath: 'metadata.labels[''tier'']'}}},"
                                + " {name: B, valueFrom: {fieldRef: {fieldPath: status.podIP}}},"
                                + " {name: C, valueFrom: {fieldRef: {fieldPath: status.hostIPs}}},"
                                + " {name: D, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}]",
                        Map.of("A", "front", "B", "10.1.0.7", "C", "10.0.0.5,10.0.0.6", "D", "node-1")),
                new Row(
                        "resources, in units of a divisor, rounded up",
                        "{resources: {limits: {cpu: 1500m}, requests: {memory: 100Mi}},"
                                + " env: [{name: A, valueFrom: {resourceFieldRef: {resource: limits.cpu}}},"
                                + " {name: B, valueFrom: {resourceFieldRef: {resource: limits.cpu, divisor: 1m}}},"
                                + " {name: C, valueFrom: {resourceFieldRef: {resource: requests.memory, divisor: 1Mi}}},"
                                + " {name: D, valueFrom: {resourceFieldRef: {resource: limits.memory, divisor: 1Mi}}}]}",
                        Map.of("A", "2", "B", "1500", "C", "100", "D", "2048")),
                new Row(
                        "Services as Docker's links had it",
                        "{}",
                        Map.of(
                                "KUBERNETES_SERVICE_HOST", "10.96.0.1",
                                "EVENT_BUS_SERVICE_HOST", "10.96.0.7",
                                "EVENT_BUS_SERVICE_PORT", "80",
                                "EVENT_BUS_SERVICE_PORT_HTTP", "80",
                                "EVENT_BUS_PORT", "tcp://10.96.0.7:80",
                                "EVENT_BUS_PORT_80_TCP", "tcp://10.96.0.7:80",
                                "EVENT_BUS_PORT_80_TCP_PROTO", "tcp",
                                "EVENT_BUS_PORT_80_TCP_PORT", "80",
                                "EVENT_BUS_PORT_80_TCP_ADDR", "10.96.0.7")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void environment(Row row) throws ConfigError {
        var pod = pod(row.container());
        assertThat(Environment.of(pod, pod.spec().containers().getFirst(), around()))
                .containsAllEntriesOf(row.wanted());
    }

    @Test
    void withoutServiceLinksOnlyTheApiServerIsNamed() throws ConfigError {
        var pod = pod("{}");
        pod = pod.withSpec(pod.spec().withEnableServiceLinks(false));
        assertThat(Environment.of(pod, pod.spec().containers().getFirst(), around()))
                .containsKey("KUBERNETES_SERVICE_HOST")
                .doesNotContainKey("EVENT_BUS_SERVICE_HOST");
    }

    @Test
    void headlessServicesAndThoseOfOtherNamespacesAreLeftOut() throws ConfigError {
        var pod = pod("{}");
        assertThat(Environment.of(pod, pod.spec().containers().getFirst(), around()))
                .doesNotContainKeys("HEADLESS_SERVICE_HOST", "OTHER_SERVICE_HOST");
    }

    /// @param container what refers to something that is missing
    record Missing(String container, String message) {}

    @Test
    void whatIsMissingIsNamed() {
        for (var one : List.of(
                new Missing("envFrom: [{configMapRef: {name: none}}]", "configmap \"none\" not found"),
                new Missing("envFrom: [{secretRef: {name: none}}]", "secret \"none\" not found"),
                new Missing(
                        "env: [{name: A, valueFrom: {configMapKeyRef: {name: map, key: none}}}]",
                        "couldn't find key none in ConfigMap shop/map"),
                new Missing(
                        "env: [{name: A, valueFrom: {secretKeyRef: {name: key, key: none}}}]",
                        "couldn't find key none in Secret shop/key"))) {
            var pod = pod(one.container());
            assertThatThrownBy(() -> Environment.of(pod, pod.spec().containers().getFirst(), around()))
                    .isInstanceOfSatisfying(
                            ConfigError.class,
                            error -> assertThat(error.reason()).isEqualTo("CreateContainerConfigError"))
                    .hasMessage(one.message());
        }
    }

    private static Pod pod(String container) {
        String fields = container.startsWith("{") ? container.substring(1, container.length() - 1) : container;
        return Pod.of(
                Yaml.read("""
                        metadata: {name: web, namespace: shop, labels: {tier: front}}
                        spec: {nodeName: node-1, containers: [{name: app%s}]}
                        """.formatted(fields.isEmpty() ? "" : ", " + fields)).object());
    }

    private static Surroundings around() {
        var objects = new Surroundings.Objects() {
            @Override
            public Optional<ConfigMap> configMap(String namespace, String name) {
                return name.equals("map")
                        ? Optional.of(ConfigMap.EMPTY.withData(Map.of("color", "red")))
                        : Optional.empty();
            }

            @Override
            public Optional<Secret> secret(String namespace, String name) {
                return name.equals("key")
                        ? Optional.of(Secret.of(
                                Yaml.read("{data: {password: c2VzYW1l}}").object()))
                        : Optional.empty();
            }
        };
        return new Surroundings(
                List.of("10.0.0.5", "10.0.0.6"),
                List.of("10.1.0.7"),
                Map.of("memory", Quantity.parse("2Gi")),
                objects,
                List.of(
                        service("default", "kubernetes", "10.96.0.1"),
                        service("shop", "event-bus", "10.96.0.7"),
                        service("shop", "headless", "None"),
                        service("other", "other", "10.96.0.9")));
    }

    private static Service service(String namespace, String name, String ip) {
        return Service.of(Yaml.read(
                        "{metadata: {name: %s, namespace: %s}, spec: {clusterIP: %s, ports: [{name: http, port: 80, protocol: TCP}]}}"
                                .formatted(name, namespace, ip))
                .object());
    }
}
