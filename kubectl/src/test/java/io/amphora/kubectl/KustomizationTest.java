package io.amphora.kubectl;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.machinery.time.Clock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class KustomizationTest {
    @TempDir
    Path folder;

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = ';', textBlock = """
            a.*              ; apiVersion: v1 data:   a: b kind: ConfigMap metadata:   name: abc
            a                ; apiVersion: v1 kind: ConfigMap metadata:   name: abc
            b|abc            ; apiVersion: v1 data:   a: b kind: ConfigMap metadata:   name: abc
            (?i)ABC          ; apiVersion: v1 data:   a: b kind: ConfigMap metadata:   name: abc
            (?P<first>a)bc   ; apiVersion: v1 data:   a: b kind: ConfigMap metadata:   name: abc
            (?=abc)abc       ; error: error parsing regexp: invalid or unsupported Perl syntax: `(?=`
            (                ; error: error parsing regexp: missing closing ): `(`
            """)
    void a_target_is_named_by_an_expression_of_go(String name, String shown) throws IOException {
        Files.writeString(folder.resolve("o.yaml"), "{apiVersion: v1, kind: ConfigMap, metadata: {name: abc}}");
        Files.writeString(folder.resolve("kustomization.yaml"), """
                resources: [o.yaml]
                patches:
                - target: {kind: ConfigMap, name: '%s'}
                  patch: |-
                    - {op: add, path: /data, value: {a: b}}
                """.formatted(name));
        assertThat(kustomize()).isEqualTo(shown);
    }

    private String kustomize() {
        var out = new ByteArrayOutputStream();
        var both = new PrintStream(out, true, StandardCharsets.UTF_8);
        var console = new Console(InputStream.nullInputStream(), both, both);
        Connector offline = session -> {
            throw new IllegalStateException("no server is needed");
        };
        new Kubectl(console, Map.of(), folder, offline, Clock.system()).run(List.of("kustomize", "."));
        return out.toString(StandardCharsets.UTF_8).strip().replace("\n", " ");
    }
}
