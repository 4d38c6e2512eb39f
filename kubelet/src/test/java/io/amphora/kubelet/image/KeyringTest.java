package io.amphora.kubelet.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.machinery.tree.ObjectTree;
import io.amphora.runtime.ContainerRuntime.Credentials;
import io.amphora.runtime.ImageReference;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class KeyringTest {
    record Case(String image, List<String> places, List<String> matching) {}

    static List<Case> cases() {
        return List.of(
                new Case("busybox", List.of("https://index.docker.io/v1/"), List.of("https://index.docker.io/v1/")),
                new Case("shop/app:1", List.of("docker.io", "quay.io"), List.of("docker.io")),
                new Case("quay.io/a/b", List.of("quay.io", "quay.io/a", "quay.io/c"), List.of("quay.io/a", "quay.io")),
                new Case("quay.io/shop/app", List.of("quay.io/v2/shop"), List.of("quay.io/v2/shop")),
                new Case(
                        "r.example.com:5000/app",
                        List.of("r.example.com", "r.example.com:5000"),
                        List.of("r.example.com:5000")),
                new Case("r.example.com/app", List.of("r.example.com:5000"), List.of()),
                new Case("a.example.com/app", List.of("*.example.com"), List.of("*.example.com")),
                new Case("a.b.example.com/app", List.of("*.example.com"), List.of()),
                new Case("example.com/app", List.of("*.example.com"), List.of()),
                new Case("eu1.example.com/app", List.of("eu?.example.com"), List.of("eu?.example.com")),
                new Case(
                        "a.example.com/shop/app",
                        List.of("http://a.example.com/shop/"),
                        List.of("http://a.example.com/shop/")));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void credentials_are_for_a_place(Case each) {
        var ring = new Keyring();
        for (String place : each.places())
            ring.add(ObjectTree.of(place, ObjectTree.of("username", place, "password", "secret")));
        assertThat(ring.find(ImageReference.parse(each.image()).orElseThrow()).stream()
                        .map(Credentials::username))
                .containsExactlyElementsOf(each.matching());
    }

    record Auth(ObjectTree entry, List<String> pairs) {}

    static List<Auth> auths() {
        return List.of(
                new Auth(ObjectTree.of("auth", "YW5uOmI6Yw=="), List.of("ann b:c")),
                new Auth(ObjectTree.of("username", "ann", "password", "x"), List.of("ann x")),
                new Auth(ObjectTree.of("username", "bob", "password", "x", "auth", "YW5uOmI6Yw=="), List.of("ann b:c")),
                new Auth(ObjectTree.of("auth", "no base64!"), List.of()),
                new Auth(ObjectTree.of("auth", "YW5u"), List.of()));
    }

    @ParameterizedTest
    @MethodSource("auths")
    void user_and_password_stand_apart_or_together(Auth each) {
        var ring = new Keyring();
        ring.add(ObjectTree.of("quay.io", each.entry()));
        assertThat(ring.find(ImageReference.parse("quay.io/a").orElseThrow()).stream()
                        .map(found -> found.username() + " " + found.password()))
                .containsExactlyElementsOf(each.pairs());
    }
}
