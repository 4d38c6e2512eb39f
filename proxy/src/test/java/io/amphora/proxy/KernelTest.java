package io.amphora.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.amphora.api.core.v1.Service;
import io.amphora.api.discovery.v1.EndpointSlice;
import io.amphora.machinery.tree.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What the scripts do in a real kernel, in a network namespace of the test's own.
@Tag("containers")
final class KernelTest {
    private static final List<String> WEB = List.of("web");

    private final String namespace = "amphora-test-" + ProcessHandle.current().pid();

    @BeforeEach
    void makeNamespace() throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "needs root");
        assumeTrue(
                Files.isExecutable(Path.of("/usr/sbin/nft")) && Files.isExecutable(Path.of("/usr/bin/nsenter")),
                "needs nftables and nsenter");
        run("", "ip", "netns", "add", namespace);
        inside("", "ip", "link", "set", "lo", "up");
        inside("", "ip", "link", "add", "inner", "type", "veth", "peer", "name", "outer");
        inside("", "ip", "addr", "add", "10.244.1.2/32", "dev", "inner");
        inside("", "ip", "link", "set", "inner", "up");
        inside("", "ip", "link", "set", "outer", "up");
        inside("", "ip", "route", "add", "10.96.0.0/16", "dev", "inner");
    }

    @AfterEach
    void removeNamespace() throws Exception {
        if (Files.exists(Path.of("/run/netns", namespace))) run("", "ip", "netns", "del", namespace);
    }

    @Test
    void a_ruleset_is_taken_changed_and_emptied() throws Exception {
        Ruleset two = ruleset("10.244.1.2", "10.244.1.3");
        inside(
                NftScript.base("10.244.0.0/16", "10.96.0.0/16") + NftScript.between(Ruleset.EMPTY, two, WEB),
                "nft",
                "-f",
                "-");
        assertThat(inside("", "nft", "list", "ruleset"))
                .contains("10.96.0.7 . tcp . 80 : goto svc-abc-80", "10.244.1.3");
        inside(NftScript.between(two, ruleset("10.244.1.2"), WEB), "nft", "-f", "-");
        assertThat(inside("", "nft", "list", "chain", "ip", "amphora-proxy", "svc-abc-80"))
                .doesNotContain("10.244.1.3");
        inside(NftScript.between(ruleset("10.244.1.2"), Ruleset.EMPTY, WEB), "nft", "-f", "-");
        assertThat(inside("", "nft", "list", "ruleset")).doesNotContain("svc-abc-80");
        inside(NftScript.removal(), "nft", "-f", "-");
        assertThat(inside("", "nft", "list", "ruleset")).isBlank();
    }

    @Test
    void a_connection_to_the_service_reaches_an_endpoint() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/bin/busybox")), "needs busybox-static");
        inside(
                NftScript.base("10.244.0.0/16", "10.96.0.0/16")
                        + NftScript.between(Ruleset.EMPTY, ruleset("10.244.1.2"), WEB),
                "nft",
                "-f",
                "-");
        Process server = new ProcessBuilder(
                        "nsenter",
                        "--net=/run/netns/" + namespace,
                        "busybox",
                        "nc",
                        "-ll",
                        "-p",
                        "8080",
                        "-e",
                        "/bin/echo",
                        "reached")
                .start();
        try {
            while (!inside("", "cat", "/proc/net/tcp", "/proc/net/tcp6").contains(":1F90 ")) Thread.onSpinWait();
            String answer =
                    attempt("nsenter", "--net=/run/netns/" + namespace, "busybox", "nc", "-w", "2", "10.96.0.7", "80");
            assertThat(answer).contains("reached");
        } finally {
            server.destroyForcibly();
        }
    }

    @Test
    void a_service_address_without_endpoints_is_refused_at_once() throws Exception {
        inside(NftScript.base("10.244.0.0/16", "10.96.0.0/16"), "nft", "-f", "-");
        assertThat(attempt("nsenter", "--net=/run/netns/" + namespace, "busybox", "nc", "-w", "5", "10.96.0.9", "80"))
                .containsIgnoringCase("refused");
    }

    @Test
    void udp_to_a_node_port_without_endpoints_leaves_no_connection_behind() throws Exception {
        String base = NftScript.base("10.244.0.0/16", "10.96.0.0/16");
        inside(base, "nft", "-f", "-");
        assertThat(connectionsAfterSending()).contains("dport=30080");
        inside("", "conntrack", "-D", "-p", "udp", "--orig-port-dst", "30080");
        inside(base + NftScript.between(Ruleset.EMPTY, udp(ruleset()), WEB), "nft", "-f", "-");
        assertThat(connectionsAfterSending()).doesNotContain("dport=30080");
    }

    private String connectionsAfterSending() throws Exception {
        attempt("nsenter", "--net=/run/netns/" + namespace, "bash", "-c", "echo > /dev/udp/127.0.0.1/30080");
        return inside("", "conntrack", "-L", "-p", "udp");
    }

    private static Ruleset udp(Ruleset rules) {
        var named = new Rules.Builder();
        for (var element : rules.part("web").elements().keySet())
            if (element.set().equals(Rules.REFUSED_PORTS)) named.refusedAtEveryAddress("udp", 30080);
        return Ruleset.EMPTY.with("web", named.build());
    }

    private static Ruleset ruleset(String... addresses) {
        var endpoints = new ArrayList<String>();
        for (String address : addresses)
            endpoints.add(
                    "{\"addresses\":[\"" + address + "\"],\"nodeName\":\"node-1\",\"conditions\":{\"ready\":true}}");
        EndpointSlice slice = EndpointSlice.of(Json.read(
                        "{\"addressType\":\"IPv4\",\"ports\":[{\"name\":\"http\",\"port\":8080,\"protocol\":\"TCP\"}],\"endpoints\":["
                                + String.join(",", endpoints) + "]}")
                .object());
        Service service = Service.of(
                Json.read("{\"metadata\":{\"name\":\"web\",\"namespace\":\"default\",\"uid\":\"abc\"},\"spec\":{"
                                + "\"type\":\"NodePort\",\"clusterIP\":\"10.96.0.7\",\"sessionAffinity\":\"None\",\"ports\":[{\"name\":\"http\","
                                + "\"port\":80,\"nodePort\":30080,\"protocol\":\"TCP\"}]}}")
                        .object());
        return Ruleset.EMPTY.with("web", ServiceRules.of(service, List.of(slice), new Ruleset.Place("node-1")));
    }

    private String inside(String input, String... command) throws Exception {
        var whole = new ArrayList<>(List.of("nsenter", "--net=/run/netns/" + namespace));
        whole.addAll(List.of(command));
        return run(input, whole.toArray(String[]::new));
    }

    private static String run(String input, String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (var stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.UTF_8));
        }
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor())
                .as("%s: %s", String.join(" ", command), said)
                .isZero();
        return said;
    }

    /// What the command says, whatever comes of it.
    private static String attempt(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(new java.io.File("/dev/null"))
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return said;
    }
}
