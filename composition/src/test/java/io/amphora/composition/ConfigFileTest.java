package io.amphora.composition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amphora.apiserver.admission.AlwaysPullImages;
import io.amphora.apiserver.admission.podsecurity.Policy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class ConfigFileTest {
    private static final Path FILE = Path.of("config.yaml");

    record Case(String text, String message) {}

    static List<Case> wrong() {
        return List.of(
                new Case(
                        "registry: {}",
                        "line 1, column 1: unknown field \"registry\" of the configuration; known: hardening, registries"),
                new Case(
                        "hardening: {tls: 1}",
                        "line 1, column 13: unknown field \"tls\" of hardening; known: admission, anonymousAuth, podSecurity"),
                new Case(
                        "hardening: {admission: [AlwaysDeny]}",
                        "line 1, column 25: there is no admission plugin \"AlwaysDeny\"; known: AlwaysPullImages, DenyServiceExternalIPs"),
                new Case(
                        "hardening: {podSecurity: {enforce: strict}}",
                        "line 1, column 36: enforce of podSecurity is privileged, baseline or restricted"),
                new Case("registries: []", "line 1, column 13: registries must be a map, but is a list"),
                new Case(
                        "registries:\n  a.io: {}\n  a.io: {}", "line 3, column 3: \"a.io\" of registries stands twice"),
                new Case(
                        "registries:\n  docker.io: {}\n  index.docker.io: {}",
                        "line 3, column 3: the registry docker.io stands twice"),
                new Case(
                        "registries:\n  a.io:\n    plainHTTP: yes please",
                        "line 3, column 16: plainHTTP of registry a.io must be true or false, but is text"),
                new Case(
                        "registries:\n  a.io:\n    username: ann\n    password: 17",
                        "line 4, column 15: password of registry a.io must be text, but is a number: quote it"),
                new Case(
                        "registries:\n  a.io:\n    username: ann",
                        "line 3, column 5: username and password of registry a.io go together, but one is missing"),
                new Case(
                        "registries:\n  https://a.io: {}",
                        "line 2, column 3: \"https://a.io\" is no registry host: write host or host:port, without https:// or path"),
                new Case(
                        "registries:\n  a.io:\n    mirrors:\n    - plainHTTP: true",
                        "line 4, column 7: a mirror of registry a.io has no host"),
                new Case(
                        "registries:\n  a.io:\n    ca: none.crt",
                        "line 3, column 9: there is no CA file "
                                + FILE.toAbsolutePath().resolveSibling("none.crt")),
                new Case(
                        "registries: {a.io: {ca: x.crt, plainHTTP: true",
                        "line 1, column 47: expected ',' or '}', but got <stream end>"));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void what_is_wrong_is_said_with_its_place(Case each) {
        assertThatThrownBy(() -> ConfigFile.parse(FILE, each.text()))
                .isInstanceOf(UserError.class)
                .hasMessage("config.yaml " + each.message());
    }

    @Test
    void an_empty_file_says_nothing_of_registries() {
        for (String text : List.of("", "# nothing\n", "registries:\n"))
            assertThat(ConfigFile.parse(FILE, text)).isEqualTo(Configuration.NONE);
    }

    @Test
    void a_node_gets_hosts_and_credentials_that_only_root_reads(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("own.crt"), "-----BEGIN CERTIFICATE-----\n");
        Path file = Files.writeString(folder.resolve("config.yaml"), """
                registries:
                  docker.io:
                    mirrors:
                    - host: mirror:5000
                      plainHTTP: true
                      username: ann
                      password: p"w
                  r.example.com:5000:
                    username: bob
                    password: secret
                    ca: own.crt
                """);
        Path hosts = folder.resolve("hosts");
        Path stale = Files.createDirectories(hosts.resolve("stale.example.com"));
        Path credentials = folder.resolve("kubelet/config.json");
        ConfigFile.read(file).registries().write(hosts, credentials);

        Path hub = hosts.resolve("docker.io/hosts.toml");
        assertThat(hub).hasContent("""
                server = "https://registry-1.docker.io"

                [host."http://mirror:5000"]
                capabilities = ["pull", "resolve"]
                [host."http://mirror:5000".header]
                authorization = "Basic YW5uOnAidw=="
                """);
        Path own = hosts.resolve("r.example.com:5000");
        assertThat(own.resolve("hosts.toml")).hasContent("""
                server = "https://r.example.com:5000"

                [host."https://r.example.com:5000"]
                capabilities = ["pull", "resolve"]
                ca = "%s"
                """.formatted(own.resolve("ca-1.crt")));
        assertThat(own.resolve("ca-1.crt")).hasContent("-----BEGIN CERTIFICATE-----\n");
        assertThat(credentials).hasContent("{\"auths\":{\"r.example.com:5000\":{\"auth\":\"Ym9iOnNlY3JldA==\"}}}");
        assertThat(stale).doesNotExist();
        for (Path secret : List.of(hub, credentials))
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secret)))
                    .isEqualTo("rw-------");
    }

    @Test
    void what_is_hardened_is_said_by_name() {
        var hardening = ConfigFile.parse(
                        FILE,
                        "hardening: {anonymousAuth: false, admission: [AlwaysPullImages], podSecurity: {enforce: baseline}}")
                .hardening();
        assertThat(hardening.anonymousAuth()).isFalse();
        assertThat(hardening.podSecurity()).isEqualTo(Policy.Level.BASELINE);
        assertThat(hardening.admission()).singleElement().isInstanceOf(AlwaysPullImages.class);
    }
}
