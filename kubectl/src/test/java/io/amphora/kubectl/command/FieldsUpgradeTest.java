package io.amphora.kubectl.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Yaml;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FieldsUpgradeTest {
    private static final String ANNOTATED =
            "{f:metadata: {f:annotations: {'f:kubectl.kubernetes.io/last-applied-configuration': {}}}, f:data: {f:a: {}}}";

    @Test
    void what_the_client_applied_becomes_the_servers() {
        assertThat(upgraded("kubectl", entry("kubectl-client-side-apply", "Update", ANNOTATED)))
                .containsExactly("kubectl Apply " + json(ANNOTATED));
    }

    @Test
    void what_both_applied_is_joined() {
        assertThat(upgraded(
                        "kubectl",
                        entry("kubectl", "Apply", "{f:data: {f:b: {}}}"),
                        entry("kubectl-client-side-apply", "Update", ANNOTATED)))
                .containsExactly("kubectl Apply "
                        + json("{f:data: {f:a: {}, f:b: {}}, f:metadata: {f:annotations:"
                                + " {'f:kubectl.kubernetes.io/last-applied-configuration': {}}}}"));
    }

    @Test
    void others_and_subresources_stay_as_they_are() {
        String other = entry("else", "Update", "{f:data: {f:c: {}}}");
        String status = entry("kubectl-client-side-apply", "Update", "{f:status: {}}") + ", subresource: status";
        assertThat(upgraded("kubectl", other, status, entry("kubectl-client-side-apply", "Update", ANNOTATED)))
                .containsExactly(
                        "else Update " + json("{f:data: {f:c: {}}}"),
                        "kubectl-client-side-apply Update " + json("{f:status: {}}"),
                        "kubectl Apply " + json(ANNOTATED));
    }

    @Test
    void another_version_is_not_joined_but_goes() {
        assertThat(upgraded(
                        "kubectl",
                        entry("kubectl", "Apply", "{f:data: {f:b: {}}}"),
                        entry("kubectl-client-side-apply", "Update", ANNOTATED).replace("v1", "v1beta1")))
                .containsExactly("kubectl Apply " + json("{f:data: {f:b: {}}}"));
    }

    @Test
    void without_the_annotation_there_is_nothing_to_do() {
        ObjectTree object = object(entry("else", "Update", "{f:data: {f:c: {}}}"));
        assertThat(FieldsUpgrade.upgraded(object, "kubectl")).isEmpty();
    }

    private static String entry(String manager, String operation, String fields) {
        return "apiVersion: v1, manager: " + manager + ", operation: " + operation + ", fieldsV1: " + fields;
    }

    private static String json(String yaml) {
        return Json.write(Yaml.read(yaml));
    }

    private static ObjectTree object(String... entries) {
        return Yaml.read("{metadata: {managedFields: [{" + String.join("}, {", entries) + "}]}}")
                .object();
    }

    private static List<String> upgraded(String applier, String... entries) {
        return FieldsUpgrade.upgraded(object(entries), applier).orElseThrow().stream()
                .map(entry ->
                        entry.text("manager") + " " + entry.text("operation") + " " + Json.write(entry.get("fieldsV1")))
                .toList();
    }
}
