package io.amphora.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageReferenceTest {
    @ParameterizedTest(name = "{0} means {1}")
    @CsvSource({
        "busybox, docker.io/library/busybox:latest",
        "busybox:1.36, docker.io/library/busybox:1.36",
        "example/app, docker.io/example/app:latest",
        "index.docker.io/example/app:1, docker.io/example/app:1",
        "localhost/app, localhost/app:latest",
        "localhost:5000/app, localhost:5000/app:latest",
        "registry.k8s.io/pause:3.10, registry.k8s.io/pause:3.10",
        "10.0.0.1:5000/a/b/c:v1, 10.0.0.1:5000/a/b/c:v1",
        "app@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef, docker.io/library/app@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        "app:1@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef, docker.io/library/app:1@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        "Example/app, Example/app:latest",
    })
    void aShortNameGetsItsDefaults(String name, String full) {
        assertThat(ImageReference.parse(name)).map(ImageReference::toString).hasValue(full);
    }

    @ParameterizedTest(name = "\"{0}\" is no image name")
    @ValueSource(
            strings = {
                "",
                "Busybox",
                "a b",
                "app:",
                "app:-x",
                "app@sha256:12",
                "/app",
                "app/",
                "a//b",
                "a_-b",
                "http://x/y",
                "app:b:c"
            })
    void whatIsNoNameIsRefused(String name) {
        assertThat(ImageReference.parse(name)).isEmpty();
    }
}
