package io.amphora.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KubeconfigTest {
    private static final String ONE = """
            apiVersion: v1
            kind: Config
            current-context: dev
            clusters:
            - name: here
              cluster: {server: "https://10.0.0.1:6443", certificate-authority: ca.crt, tls-server-name: kubernetes}
            users:
            - name: me
              user: {client-certificate-data: Q0VSVA==, client-key-data: S0VZ}
            contexts:
            - name: dev
              context: {cluster: here, user: me, namespace: team}
            """;

    @TempDir
    Path folder = Path.of("");

    @Test
    void a_context_leads_to_its_cluster_and_user() throws IOException {
        Files.writeString(folder.resolve("ca.crt"), "AUTHORITY");
        var connection = Kubeconfig.read(file("one", ONE)).connection("");
        assertThat(connection.server()).isEqualTo("https://10.0.0.1:6443");
        assertThat(connection.authorities()).isEqualTo("AUTHORITY");
        assertThat(connection.serverName()).isEqualTo("kubernetes");
        assertThat(connection.certificate()).isEqualTo("CERT");
        assertThat(connection.key()).isEqualTo("KEY");
        assertThat(connection.namespace()).isEqualTo("team");
    }

    @Test
    void of_several_files_the_first_that_says_something_wins() throws IOException {
        Path first = file("first", ONE);
        Path second = file("second", """
                current-context: other
                users:
                - {name: me, user: {token: second}}
                - {name: you, user: {token: yours}}
                """);
        var merged = Kubeconfig.load(List.of(first, folder.resolve("absent"), second));
        assertThat(merged.currentContext()).isEqualTo("dev");
        assertThat(merged.findUser("me").orElseThrow().has("token")).isFalse();
        assertThat(merged.findUser("you").orElseThrow().text("token")).isEqualTo("yours");
    }

    @Test
    void the_environment_names_the_files() {
        assertThat(Kubeconfig.files(Map.of("KUBECONFIG", "a:b", "HOME", "/h")))
                .containsExactly(Path.of("a"), Path.of("b"));
        assertThat(Kubeconfig.files(Map.of("HOME", "/h"))).containsExactly(Path.of("/h/.kube/config"));
    }

    @Test
    void what_is_written_is_read_again_and_only_its_owner_may_read_it() throws IOException {
        Path file = folder.resolve("deep/config");
        Kubeconfig written = Kubeconfig.read(file("one", ONE)).withCurrentContext("prod");
        written.write(file);
        assertThat(Kubeconfig.read(file).tree()).isEqualTo(written.tree());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @ParameterizedTest
    @ValueSource(strings = {"exec: {command: aws}", "auth-provider: {name: gcp}"})
    void plugins_are_refused_in_plain_words(String user) throws IOException {
        var config = Kubeconfig.read(file("plugin", ONE.replace("client-certificate-data: Q0VSVA==", user)));
        Files.writeString(folder.resolve("ca.crt"), "AUTHORITY");
        assertThatThrownBy(() -> config.connection(""))
                .isInstanceOf(KubeconfigException.class)
                .hasMessageContaining("plugin is not supported");
    }

    @Test
    void a_missing_context_is_named() throws IOException {
        var config = Kubeconfig.read(file("one", ONE));
        assertThatThrownBy(() -> config.connection("prod")).hasMessage("context \"prod\" does not exist");
    }

    @Test
    void bad_yaml_is_told_with_its_line() throws IOException {
        Path file = file("bad", "clusters:\n- name: [\n");
        assertThatThrownBy(() -> Kubeconfig.read(file))
                .isInstanceOf(KubeconfigException.class)
                .hasMessageContaining("bad")
                .hasMessageContaining("line");
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }
}
