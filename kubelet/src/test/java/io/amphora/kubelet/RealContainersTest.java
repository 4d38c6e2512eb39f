package io.amphora.kubelet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.amphora.api.core.v1.ConfigMap;
import io.amphora.api.core.v1.ConfigMaps;
import io.amphora.api.core.v1.ContainerStatus;
import io.amphora.api.core.v1.Namespace;
import io.amphora.api.core.v1.Namespaces;
import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.Pods;
import io.amphora.api.core.v1.Secret;
import io.amphora.api.core.v1.Secrets;
import io.amphora.apiserver.ApiServer;
import io.amphora.apiserver.ApiServerConfig;
import io.amphora.apiserver.auth.User;
import io.amphora.client.Client;
import io.amphora.client.DeleteOptions;
import io.amphora.http.HttpClient;
import io.amphora.http.Request;
import io.amphora.http.Tls;
import io.amphora.http.websocket.WebSocketConnection;
import io.amphora.http.websocket.WebSocketConnection.Message;
import io.amphora.kubelet.node.Cgroups;
import io.amphora.kubelet.plan.Backoff;
import io.amphora.machinery.time.Clock;
import io.amphora.machinery.tree.Yaml;
import io.amphora.runtime.Containerd;
import io.amphora.runtime.CriRuntime;
import io.amphora.runtime.FileTrees;
import io.amphora.runtime.ImageImport;
import io.amphora.runtime.OciImage;
import io.amphora.runtime.Processes;
import io.amphora.store.MemoryStore;
import io.amphora.store.Store;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Real containers in a containerd of their own, Pods on this machine's network (so that nothing of the network
/// is set
/// up), a real
/// API server in this process. Skipped where that can't run.
class RealContainersTest {
    private static final Clock CLOCK = Clock.system();
    private static final TestCertificates CERTIFICATES = new TestCertificates();

    private static Path home = Path.of("/");
    private static Containerd containerd;
    private static CriRuntime runtime;
    private static Store store;
    private static ApiServer server;
    private static Client client;
    private static Kubelet kubelet;

    @BeforeAll
    static void start() throws IOException {
        assumeTrue(System.getProperty("user.name").equals("root"), "needs root");
        assumeTrue(Processes.find("containerd").isPresent(), "needs containerd and runc");
        assumeTrue(Processes.find("busybox").isPresent(), "needs busybox-static");
        home = Files.createTempDirectory("klt");
        containerd = Containerd.start(containerdConfig(), CLOCK);
        runtime = containerd.runtime(CLOCK);
        new ImageImport(containerd, CLOCK).add(busybox());
        store = new MemoryStore();
        server = ApiServer.start(store, ApiServerConfig.standard());
        client = new Client(server.transport(User.ADMIN), "test");
        for (String name : List.of("shop", "kube-node-lease"))
            if (client.resource(Namespaces.DEFINITION).find(name).isEmpty())
                client.resource(Namespaces.DEFINITION)
                        .create(Namespace.EMPTY.withMetadata(
                                Namespace.EMPTY.metadata().withName(name)));
        kubelet = newKubelet();
    }

    private static Kubelet newKubelet() throws IOException {
        var timing = KubeletConfig.Timing.DEFAULT
                .withRestarts(new Backoff.Policy(Duration.ofMillis(500), Duration.ofSeconds(2)))
                .withRefresh(Duration.ofSeconds(1));
        var config = KubeletConfig.of("node-1", home.resolve("kubelet"), List.of("127.0.0.1"))
                .withCgroupRoot(cgroupRoot())
                .withServer(new KubeletConfig.Server("127.0.0.1", 0, CERTIFICATES.of("CN=system:node:node-1")))
                .withTiming(timing);
        return Kubelet.start(config, new Client(server.transport(User.ADMIN), "kubelet"), runtime, CLOCK);
    }

    @AfterAll
    static void stop() throws IOException {
        if (home.getNameCount() == 0) return;
        if (kubelet != null) kubelet.close();
        if (server != null) server.close();
        if (runtime != null) runtime.close();
        if (store != null) store.close();
        if (containerd != null) {
            containerd.removeContainers(CLOCK);
            containerd.stop();
        }
        Containerd.removeRemains(containerdConfig());
        FileTrees.unmountUnder(home);
        FileTrees.delete(home);
        Cgroups.ofMachine().remove(cgroupRoot());
    }

    @Test
    void aPodWithAllSortsOfVolumesSeesWhatItShould() throws IOException {
        client.resource(ConfigMaps.DEFINITION)
                .create(ConfigMap.EMPTY
                        .withMetadata(
                                ConfigMap.EMPTY.metadata().withName("settings").withNamespace("shop"))
                        .withData(Map.of("color", "red")));
        client.resource(Secrets.DEFINITION)
                .create(Secret.of(Yaml.read("{apiVersion: v1, kind: Secret, metadata: {name: key, namespace: shop},"
                                + " data: {password: c2VzYW1l}}")
                        .object()));
        create("""
                metadata: {name: volumes, namespace: shop, labels: {tier: front}}
                spec:
                  nodeName: node-1
                  hostNetwork: true
                  restartPolicy: Never
                  securityContext: {fsGroup: 2000}
                  initContainers:
                  - {name: init, image: 'test/box:1', command: [sh, -c, 'echo from-init > /work/note'],
                     volumeMounts: [{name: work, mountPath: /work}]}
                  containers:
                  - name: app
                    image: test/box:1
                    command: [sh, -c]
                    args:
                    - |
                      cat /work/note; echo "$COLOR $(POD) $PASSWORD"; cat /etc/settings/color /run/key/password /info/labels; echo
                      cat /sub; id -u; id -G; touch /cannot 2>/dev/null || echo read-only; df /memory | tail -1 | cut -d' ' -f1
                      grep managed /etc/hosts; ls -ln /run/key/..data/password | cut -c1-10; echo last-word > /dev/termination-log
                    securityContext: {runAsUser: 1000, runAsGroup: 1001, readOnlyRootFilesystem: true}
                    env:
                    - {name: COLOR, valueFrom: {configMapKeyRef: {name: settings, key: color}}}
                    - {name: POD, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
                    - {name: PASSWORD, valueFrom: {secretKeyRef: {name: key, key: password}}}
                    volumeMounts:
                    - {name: work, mountPath: /work}
                    - {name: settings, mountPath: /etc/settings}
                    - {name: key, mountPath: /run/key, readOnly: true}
                    - {name: info, mountPath: /info}
                    - {name: memory, mountPath: /memory}
                    - {name: settings, mountPath: /sub, subPath: color}
                  volumes:
                  - {name: work, emptyDir: {}}
                  - {name: memory, emptyDir: {medium: Memory, sizeLimit: 1Mi}}
                  - {name: settings, configMap: {name: settings}}
                  - {name: key, secret: {secretName: key, defaultMode: 0400}}
                  - {name: info, projected: {sources: [{downwardAPI: {items: [{path: labels, fieldRef: {fieldPath: metadata.labels}}]}}]}}
                """);
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(get("volumes").status().phase()).isEqualTo("Succeeded"));
        assertThat(logs("volumes", "app", "")).isEqualTo("""
                        from-init
                        red volumes sesame
                        redsesametier="front"
                        red1000
                        1001 2000
                        read-only
                        tmpfs
                        # Kubernetes-managed hosts file (host network).
                        -r--r-----
                        """);
        assertThat(app("volumes").state().terminated().message()).isEqualTo("last-word\n");
        assertThat(app("volumes").state().terminated().reason()).isEqualTo("Completed");
        delete("volumes");
    }

    @Test
    void aContainerWhoseProcessIsKilledIsRestartedInPlace() throws IOException {
        create(sleeper("killed", ""));
        awaitRunning("killed");
        String before = app("killed").containerID();
        signal("killed", 9);
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            assertThat(app("killed").restartCount()).isEqualTo(1);
            assertThat(app("killed").state().findRunning()).isPresent();
            assertThat(app("killed").lastState().terminated().exitCode()).isEqualTo(137);
            assertThat(app("killed").lastState().terminated().containerID()).isEqualTo(before);
        });
        delete("killed");
    }

    @Test
    void aContainerThatTakesTooMuchMemoryIsKilledForIt() {
        create("""
                metadata: {name: greedy, namespace: shop}
                spec:
                  nodeName: node-1
                  hostNetwork: true
                  restartPolicy: Never
                  containers:
                  - {name: app, image: 'test/box:1', command: [sort, /dev/zero],
                     resources: {limits: {memory: 16Mi, cpu: 100m}}}
                """);
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() ->
                        assertThat(app("greedy").state().terminated().reason()).isEqualTo("OOMKilled"));
        assertThat(app("greedy").state().terminated().exitCode()).isEqualTo(137);
        assertThat(get("greedy").status().phase()).isEqualTo("Failed");
        assertThat(get("greedy").status().qosClass()).isEqualTo("Guaranteed");
        delete("greedy");
    }

    @Test
    void aReadinessProbeOverHttpIsSentAndFollowed() throws IOException {
        int port = freePort();
        create("""
                metadata: {name: web, namespace: shop}
                spec:
                  nodeName: node-1
                  hostNetwork: true
                  containers:
                  - name: app
                    image: test/box:1
                    command: [sh, -c, 'mkdir /www; httpd -f -p 127.0.0.1:%d -h /www']
                    readinessProbe: {httpGet: {path: /healthy, port: %d}, periodSeconds: 1}
                """.formatted(port, port));
        awaitRunning("web");
        assertThat(app("web").ready()).isFalse();
        exec("web", "touch /www/healthy");
        await().atMost(Duration.ofSeconds(15)).until(() -> app("web").ready());
        exec("web", "rm /www/healthy");
        await().atMost(Duration.ofSeconds(15)).until(() -> !app("web").ready());
        delete("web");
    }

    @Test
    void aDeletedPodGetsItsHookAndItsGrace() throws IOException {
        Path trace = Files.createDirectories(home.resolve("trace"));
        create("""
                metadata: {name: polite, namespace: shop}
                spec:
                  nodeName: node-1
                  hostNetwork: true
                  containers:
                  - name: app
                    image: test/box:1
                    command: [sh, -c, "trap 'echo term >> /trace/log; exit 0' TERM; while true; do sleep 0.1; done"]
                    lifecycle:
                      postStart: {exec: {command: [sh, -c, 'echo started >> /trace/log']}}
                      preStop: {exec: {command: [sh, -c, 'echo hook >> /trace/log']}}
                    volumeMounts: [{name: trace, mountPath: /trace}]
                  volumes: [{name: trace, hostPath: {path: '%s', type: Directory}}]
                """.formatted(trace));
        awaitRunning("polite");
        String uid = get("polite").uid();
        await().until(() -> Files.exists(trace.resolve("log"))); // what runs may still be about to start
        delete("polite");
        assertThat(trace.resolve("log")).hasContent("started\nhook\nterm");
        await().until(() -> !Files.exists(home.resolve("kubelet/pods").resolve(uid)));
        assertThat(Files.exists(Path.of("/sys/fs/cgroup/memory" + cgroupRoot() + "/besteffort/pod" + uid)))
                .isFalse();
    }

    @Test
    void aRunningContainerIsAdoptedByTheNextKubelet() throws IOException {
        create(sleeper("adopted", ""));
        awaitRunning("adopted");
        var before = app("adopted");
        synchronized (RealContainersTest.class) {
            kubelet.close();
            kubelet = newKubelet();
        }
        await().until(() -> kubelet.podCount() > 0);
        exec("adopted", "true");
        assertThat(app("adopted").containerID()).isEqualTo(before.containerID());
        assertThat(app("adopted").state()).isEqualTo(before.state());
        delete("adopted");
    }

    @Test
    void logsAreFollowedUntilTheContainerEnds() throws IOException {
        create(sleeper("talker", "for i in 1 2 3; do echo line $i; sleep 0.3; done; exit 0"));
        await().until(() -> app("talker").state().findRunning().isPresent()
                || app("talker").lastState().findTerminated().isPresent());
        assertThat(logs("talker", "app", "follow=true&tailLines=1")).contains("line 3");
        await().until(() -> app("talker").restartCount() > 0);
        assertThat(logs("talker", "app", "previous=true")).isEqualTo("line 1\nline 2\nline 3\n");
        assertThat(logs("talker", "app", "previous=true&limitBytes=9&timestamps=false"))
                .isEqualTo("line 1\nli");
        delete("talker");
    }

    @Test
    void aCommandIsStreamedThroughTheServer() throws IOException {
        create(sleeper("stream", ""));
        awaitRunning("stream");
        assertThat(exec("stream", "cat /proc/1/comm; echo done >&2")).contains("1:", "2:done");
        delete("stream");
    }

    @Test
    void onlyWhoMayIsAnswered() throws IOException {
        assertThat(status(CERTIFICATES.nobody(), "/healthz")).isEqualTo(401);
        assertThat(status(CERTIFICATES.of("CN=system:node:node-2,O=system:nodes"), "/pods"))
                .isEqualTo(403);
        assertThat(status(apiServer(), "/healthz")).isEqualTo(200);
        assertThat(status(apiServer(), "/nothing")).isEqualTo(404);
        assertThat(status(apiServer(), "/containerLogs/shop/none/app")).isEqualTo(404);
        assertThat(status(apiServer(), "/stats/summary")).isEqualTo(200);
        assertThat(status(apiServer(), "/metrics/resource")).isEqualTo(200);
    }

    private static Tls apiServer() {
        return CERTIFICATES.of("CN=kube-apiserver-kubelet-client");
    }

    private static int status(Tls tls, String path) throws IOException {
        try (var http = HttpClient.create(tls);
                var response = http.send(Request.get("https://127.0.0.1:" + kubelet.port() + path))) {
            return response.status();
        }
    }

    private static String logs(String pod, String container, String query) throws IOException {
        String url =
                "https://127.0.0.1:%d/containerLogs/shop/%s/%s?%s".formatted(kubelet.port(), pod, container, query);
        try (var http = HttpClient.create(apiServer());
                var response = http.send(Request.get(url))) {
            return new String(response.body(), StandardCharsets.UTF_8);
        }
    }

    /// Runs a shell command as kubectl does, and returns what came by stream: `1:out`, `2:err`.
    private static String exec(String pod, String script) throws IOException {
        String url = "https://127.0.0.1:%d/exec/shop/%s/app?output=1&error=1&command=sh&command=-c&command=%s"
                .formatted(kubelet.port(), pod, java.net.URLEncoder.encode(script, StandardCharsets.UTF_8));
        var out = new StringBuilder();
        try (var http = HttpClient.create(apiServer());
                var socket = WebSocketConnection.connect(http, Request.get(url), List.of("v4.channel.k8s.io"))) {
            while (true) {
                switch (socket.read()) {
                    case Message.Binary(var bytes) -> {
                        if (bytes.length > 1)
                            out.append(bytes[0])
                                    .append(':')
                                    .append(new String(bytes, 1, bytes.length - 1, StandardCharsets.UTF_8));
                    }
                    case Message.Text(var text) -> out.append(text);
                    case Message.Closed closed -> {
                        return out.toString();
                    }
                }
            }
        }
    }

    private static void signal(String pod, int number) throws IOException {
        String id = app(pod).containerID().replace("containerd://", "");
        Processes.check(
                "ctr",
                "--address",
                containerd.config().socket().toString(),
                "--namespace",
                "k8s.io",
                "tasks",
                "kill",
                "--signal",
                Integer.toString(number),
                id);
    }

    private static void awaitRunning(String name) {
        await().atMost(Duration.ofSeconds(20))
                .until(() -> get(name).status().phase().equals("Running")
                        && app(name).state().findRunning().isPresent());
    }

    private static Pod get(String name) {
        return client.resource(Pods.DEFINITION).inNamespace("shop").get(name);
    }

    private static ContainerStatus app(String name) {
        return get(name).status().containerStatuses().stream().findFirst().orElse(ContainerStatus.EMPTY);
    }

    private static void delete(String name) {
        var pods = client.resource(Pods.DEFINITION).inNamespace("shop");
        pods.delete(name, DeleteOptions.PLAIN.withGraceSeconds(3));
        await().atMost(Duration.ofSeconds(20)).until(() -> pods.find(name).isEmpty());
    }

    private static void create(String yaml) {
        var tree = Yaml.read(yaml).object().with("apiVersion", "v1").with("kind", "Pod");
        client.resource(Pods.DEFINITION).inNamespace("shop").create(Pod.of(tree));
    }

    private static String sleeper(String name, String script) {
        return """
                metadata: {name: %s, namespace: shop}
                spec:
                  nodeName: node-1
                  hostNetwork: true
                  containers: [{name: app, image: 'test/box:1', command: [sh, -c, '%s']}]
                """.formatted(name, script.isEmpty() ? "exec sleep 1000" : script);
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static String cgroupRoot() {
        return "/" + home.getFileName();
    }

    private static Containerd.Config containerdConfig() {
        return new Containerd.Config(
                home.resolve("root"),
                home.resolve("state"),
                home.resolve("cni"),
                Containerd.findCniPlugins().orElse(home.resolve("no-plugins")),
                home.resolve("registries"),
                Optional.empty());
    }

    private static OciImage busybox() throws IOException {
        byte[] program = Files.readAllBytes(Processes.find("busybox").orElseThrow());
        var files = new ArrayList<OciImage.Entry>();
        files.add(new OciImage.Entry.File("bin/busybox", 0755, program));
        for (String applet : "sh sleep echo cat id touch rm mkdir ls df tail cut grep httpd sort true".split(" "))
            files.add(new OciImage.Entry.Link("bin/" + applet, "busybox"));
        return OciImage.of("test/box:1", OciImage.hostArchitecture(), files, List.of());
    }
}
