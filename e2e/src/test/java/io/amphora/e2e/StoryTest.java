package io.amphora.e2e;

import static io.amphora.e2e.TestCluster.isReady;
import static io.amphora.e2e.TestCluster.name;
import static io.amphora.e2e.TestCluster.nodeOf;
import static io.amphora.e2e.TestCluster.restarts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.amphora.e2e.TestMachine.Result;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;

/// The story of the event bus on real containers: a config file is handed to a cluster of two nodes, and what it asks
/// for is there, stays there, and answers by name. The steps build on one cluster and leave it as they found it.
@Tag("containers")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@ExtendWith(StoryTest.Logs.class)
final class StoryTest {
    private static final String EXAMPLE =
            TestMachine.REPOSITORY.resolve("examples/event-bus").toString();
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static TestMachine machine;
    private static TestCluster cluster;
    private static String before;
    private static Set<String> cgroupsBefore;

    @BeforeAll
    static void up() throws IOException {
        assumeTrue(TestMachine.isPossible(), "needs root, containerd, busybox-static and nftables");
        machine = TestMachine.start();
        cluster = new TestCluster(machine);
        before = machine.traces();
        cgroupsBefore = cgroups();
        Result up = machine.amphora("up", "--data", machine.data().toString(), "-f", EXAMPLE);
        assertThat(up.code()).as(up.out() + up.err() + machine.logs()).isZero();
        assertThat(up.out()).contains("2 nodes are ready", "everything is ready", "http://127.0.0.1:30080/");
    }

    @AfterAll
    static void leave() throws IOException {
        if (machine != null) machine.close();
    }

    static final class Logs extends TestCluster.Logs {
        @Override
        TestCluster cluster() {
            return cluster;
        }
    }

    @Test
    @Order(1)
    void the_config_file_is_handed_over_by_every_kubectl_there_is() throws IOException {
        var programs = new ArrayList<List<String>>(List.of(TestMachine.builtIn()));
        for (Path kubectl : TestMachine.kubectls()) programs.add(List.of(kubectl.toString()));
        for (List<String> program : programs) {
            assertThat(machine.kubectl(program, "apply", "-f", EXAMPLE).ok().lines())
                    .as(program.toString())
                    .hasSize(6)
                    .allMatch(line -> line.endsWith("unchanged") || line.endsWith("configured"))
                    .anyMatch(line -> line.startsWith("deployment.apps/service-1 "));
            assertThat(machine.kubectl(program, "get", "deployments", "-o", "name")
                            .ok()
                            .lines())
                    .as(program.toString())
                    .contains("deployment.apps/event-bus", "deployment.apps/service-1", "deployment.apps/service-2");
        }
    }

    @Test
    @Order(2)
    void two_containers_stand_on_both_nodes_and_belong_to_the_deployment() {
        List<ObjectTree> pods = pods("app=service-1");
        assertThat(pods).hasSize(2).allMatch(TestCluster::isReady);
        assertThat(pods.stream().map(pod -> nodeOf(pod))).containsExactlyInAnyOrder("node-1", "node-2");
        for (ObjectTree pod : pods) {
            ObjectTree set = cluster.get("replicaset", owner(pod, "ReplicaSet"));
            assertThat(owner(set, "Deployment")).isEqualTo("service-1");
        }
    }

    @Test
    @Order(3)
    void a_deleted_pod_is_replaced() {
        String name = name(pods("app=service-2").getFirst());
        kubectl("delete", "pod", name).ok();
        eventually(
                "app=service-2",
                pods -> pods.size() == 1
                        && isReady(pods.getFirst())
                        && !name(pods.getFirst()).equals(name));
    }

    @Test
    @Order(4)
    void a_killed_process_comes_back_in_the_same_pod() {
        ObjectTree pod = pods("app=service-1").getFirst();
        long restarts = restarts(pod);
        // The first process of a container does not hear a SIGKILL from inside.
        // With it dies whoever else is inside, so how this ends is not said.
        kubectl("exec", name(pod), "--", "sh", "-c", "kill -TERM 1");
        eventually(
                "app=service-1",
                pods -> pods.stream()
                        .anyMatch(now -> name(now).equals(name(pod)) && restarts(now) == restarts + 1 && isReady(now)));
    }

    @Test
    @Order(5)
    void copies_come_and_go_and_a_new_image_rolls_out_and_back() {
        kubectl("scale", "deployment", "service-1", "--replicas=5").ok();
        kubectl("rollout", "status", "deployment/service-1", "--timeout=120s").ok();
        eventually("app=service-1", pods -> pods.size() == 5 && pods.stream().allMatch(TestCluster::isReady));
        kubectl("scale", "deployment", "service-1", "--replicas=1").ok();
        eventually("app=service-1", pods -> pods.size() == 1);
        kubectl("scale", "deployment", "service-1", "--replicas=2").ok();

        var change =
                "{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"service-1\",\"image\":\"example/service-1:2\"}]}}}}";
        kubectl("patch", "deployment", "service-1", "-p", change).ok();
        kubectl("rollout", "status", "deployment/service-1", "--timeout=120s").ok();
        await().atMost(PATIENCE)
                .until(() -> machine.get(serviceUrl("service-1")).startsWith("service-1 v2"));
        kubectl("rollout", "undo", "deployment/service-1").ok();
        kubectl("rollout", "status", "deployment/service-1", "--timeout=120s").ok();
        eventually("app=service-1", pods -> pods.size() == 2 && pods.stream().allMatch(TestCluster::isReady));
        assertThat(machine.get(serviceUrl("service-1"))).startsWith("service-1 v1");
    }

    @Test
    @Order(6)
    void every_pod_and_the_machine_itself_reach_every_service() {
        for (ObjectTree pod : Stream.of("service-1", "service-2", "event-bus")
                .flatMap(app -> pods("app=" + app).stream())
                .toList()) {
            var hosts = new LinkedHashMap<String, String>();
            for (String service : List.of("service-1", "service-2", "event-bus"))
                for (String host : List.of(service, service + ".default.svc.cluster.local", cluster.clusterIp(service)))
                    hosts.put(host, service);
            String said = answers(name(pod), hosts.keySet());
            hosts.forEach((host, service) ->
                    assertThat(said).as(name(pod) + " -> " + host).containsPattern("(?m)^" + host + ": .*" + service));
        }
        for (String service : List.of("service-1", "service-2", "event-bus"))
            assertThat(machine.get(serviceUrl(service))).contains(service);
    }

    @Test
    @Order(7)
    void bytes_go_into_a_container_and_out_of_it_with_old_and_new_kubectls() throws IOException {
        String pod = name(pods("app=service-1").getFirst());
        Path there = machine.file("there.txt", "over there");
        Path back = there.resolveSibling("back.txt");
        var programs = new ArrayList<List<String>>(List.of(TestMachine.builtIn()));
        List<Path> kubectls = TestMachine.kubectls();
        if (!kubectls.isEmpty())
            for (Path kubectl : Set.of(kubectls.get(1 % kubectls.size()), kubectls.getLast()))
                programs.add(List.of(kubectl.toString()));
        for (List<String> program : programs) {
            String what = program.toString();
            assertThat(piped("a cup of tea", program, "exec", "-i", pod, "--", "cat"))
                    .as(what)
                    .isEqualTo(new Result(0, "a cup of tea", ""));
            Result ended = machine.kubectl(program, "exec", pod, "--", "sh", "-c", "echo lost >&2; exit 7");
            assertThat(ended.code()).as(what).isEqualTo(7);
            assertThat(ended.err()).as(what).startsWith("lost\n").contains("exit code 7");
            machine.kubectl(program, "cp", there.toString(), pod + ":/tmp/copied")
                    .ok();
            machine.kubectl(program, "cp", pod + ":/tmp/copied", back.toString())
                    .ok();
            assertThat(back).as(what).hasContent("over there");
            Files.delete(back);
            Process forward = machine.start(words(program, "port-forward", "service/service-1", "18080:80"), Map.of());
            try {
                await().atMost(PATIENCE)
                        .until(() -> machine.get("http://127.0.0.1:18080/").startsWith("service-1"));
            } finally {
                forward.destroy();
            }
        }
        assertThat(kubectl("exec", "no-such-pod", "--", "true").err())
                .isEqualTo("Error from server (NotFound): pods \"no-such-pod\" not found\n");
        assertThat(kubectl("exec", pod, "--", "no-such-program").err()).contains("no-such-program");
    }

    /// Runs a kubectl that reads `input`.
    private static Result piped(String input, List<String> program, String... arguments) {
        var command = new ArrayList<>(List.of("sh", "-c", "printf '%s' \"$0\" | \"$@\"", input));
        command.addAll(words(program, arguments));
        return machine.run(command);
    }

    private static List<String> words(List<String> program, String... arguments) {
        return Stream.concat(program.stream(), Stream.of(arguments)).toList();
    }

    @Test
    @Order(8)
    void load_is_spread_over_the_ready_pods_alone() throws IOException {
        Path file = machine.file("picky.yaml", """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: picky}
                spec:
                  replicas: 2
                  selector: {matchLabels: {app: picky}}
                  template:
                    metadata: {labels: {app: picky}}
                    spec:
                      terminationGracePeriodSeconds: 1
                      containers:
                      - name: picky
                        image: example/service-2:1
                        env: [{name: NODE_NAME, value: somewhere}]
                        readinessProbe: {exec: {command: [sh, -c, "! test -e /tmp/closed"]}, periodSeconds: 1}
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: picky}
                spec: {selector: {app: picky}, ports: [{port: 80, targetPort: 8080}]}
                """);
        kubectl("apply", "-f", file.toString()).ok();
        eventually("app=picky", pods -> pods.size() == 2 && pods.stream().allMatch(TestCluster::isReady));
        String url = serviceUrl("picky");
        var names = pods("app=picky").stream().map(TestCluster::name).toList();
        await().atMost(PATIENCE).until(() -> answering(url).containsAll(names));
        kubectl("exec", names.getFirst(), "--", "busybox", "touch", "/tmp/closed")
                .ok();
        await().atMost(PATIENCE).until(() -> answering(url).equals(Set.of(names.getLast())));
        kubectl("exec", names.getFirst(), "--", "busybox", "rm", "/tmp/closed").ok();
        await().atMost(PATIENCE).until(() -> answering(url).containsAll(names));
        kubectl("delete", "-f", file.toString()).ok();
    }

    @Test
    @Order(9)
    void the_event_bus_answers_outside_and_passes_events_on_by_name() {
        for (String address : List.of("127.0.0.1", "172.30.77.11", "172.30.77.12"))
            assertThat(machine.get("http://" + address + ":30080/")).contains("<h1>event-bus</h1>");
        String answer = machine.run(
                        TestMachine.find("busybox").toString(),
                        "wget",
                        "-q",
                        "-O",
                        "-",
                        "--post-data",
                        "tea is ready",
                        "http://127.0.0.1:30080/cgi-bin/events")
                .ok()
                .out();
        assertThat(answer.lines().toList())
                .hasSize(2)
                .anyMatch(
                        line -> line.startsWith("service-1 v1: Pod service-1-") && line.endsWith("took: tea is ready"))
                .anyMatch(
                        line -> line.startsWith("service-2 v1: Pod service-2-") && line.endsWith("took: tea is ready"));
        assertThat(kubectl("logs", "-l", "app=service-2").ok().out()).contains("took: tea is ready");
    }

    @Test
    @Order(10)
    void a_port_of_the_host_leads_to_its_pod_as_long_as_that_is_there() throws IOException {
        Path file = machine.file("hosted.yaml", """
                apiVersion: v1
                kind: Pod
                metadata: {name: hosted, labels: {app: hosted}}
                spec:
                  terminationGracePeriodSeconds: 1
                  containers:
                  - name: main
                    image: example/service-2:1
                    env: [{name: NODE_NAME, value: somewhere}]
                    ports: [{containerPort: 8080, hostPort: 8088}]
                """);
        kubectl("apply", "-f", file.toString()).ok();
        eventually("app=hosted", pods -> pods.size() == 1 && isReady(pods.getFirst()));
        String node = pods("app=hosted").getFirst().object("status").text("hostIP");
        await().atMost(PATIENCE)
                .until(() -> machine.get("http://" + node + ":8088/").startsWith("service-2"));
        kubectl("delete", "-f", file.toString()).ok();
        await().atMost(PATIENCE)
                .until(() -> machine.get("http://" + node + ":8088/").isEmpty());
    }

    @Test
    @Order(11)
    void a_machine_of_its_own_joins_by_a_token_gets_pods_is_drained_leaves_and_comes_back() throws IOException {
        String token = machine.amphora("token", "create").ok().out().strip();
        machine.run("sh", "-ec", """
                        ip netns add bare
                        ip link add to-bare type veth peer name eth0 netns bare
                        ip link set to-bare master amphora0 up
                        ip -n bare link set lo up
                        ip -n bare addr add 172.30.77.99/24 dev eth0
                        ip -n bare link set eth0 up
                        ip -n bare route add default via 172.30.77.1
                        """).ok();
        Process agent = bareAgent("--token", token);
        try {
            awaitBareReady();
            machine.amphora("image", "import", EXAMPLE + "/images/service-2-1.tar")
                    .ok();
            kubectl("scale", "deployment", "service-2", "--replicas=3").ok();
            eventually("app=service-2", StoryTest::isOneOnBare);
            String pod = name(pods("app=service-2").stream()
                    .filter(each -> nodeOf(each).equals("bare"))
                    .findFirst()
                    .orElseThrow());
            assertThat(kubectl("exec", pod, "--", "timeout", "5", "wget", "-q", "-O", "-", "http://service-1")
                            .out())
                    .contains("service-1");
            // It is drained and leaves, and the Pods are elsewhere.
            kubectl("drain", "bare", "--ignore-daemonsets", "--timeout=120s").ok();
            eventually(
                    "app=service-2",
                    pods -> pods.size() == 3
                            && pods.stream()
                                    .allMatch(each ->
                                            isReady(each) && !nodeOf(each).equals("bare")));
            agent.destroy();
            agent.onExit().join();
            kubectl("delete", "node", "bare").ok();
            assertThat(kubectl("get", "nodes", "-o", "name").ok().lines()).hasSize(2);
            // It comes back as who it was, without a token, and gets Pods again.
            agent = bareAgent();
            awaitBareReady();
            kubectl("scale", "deployment", "service-2", "--replicas=6").ok();
            eventually("app=service-2", StoryTest::isOneOnBare);
            kubectl("scale", "deployment", "service-2", "--replicas=1").ok();
            eventually("app=service-2", pods -> pods.size() == 1);
        } finally {
            agent.destroy();
            agent.onExit().join();
        }
    }

    private static Process bareAgent(String... more) throws IOException {
        var command = new ArrayList<>(List.of(
                "sh",
                "-c",
                "exec nsenter --net=/run/netns/bare -- \"$0\" \"$@\" >>" + bareLog() + " 2>&1 </dev/null",
                TestMachine.REPOSITORY.resolve("amphora").toString(),
                "agent",
                "--server",
                "https://172.30.77.1:6443",
                "--name",
                "bare",
                "--data",
                machine.data().toString()));
        command.addAll(List.of(more));
        return machine.start(command, Map.of());
    }

    private static Path bareLog() {
        return machine.data().resolve("bare-agent.log");
    }

    private static void awaitBareReady() {
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(kubectl("get", "nodes", "--no-headers").out())
                                .as(Files.readString(bareLog()))
                                .containsPattern("bare +Ready"));
    }

    private static boolean isOneOnBare(List<ObjectTree> pods) {
        return pods.stream().anyMatch(pod -> isReady(pod) && nodeOf(pod).equals("bare"));
    }

    @Test
    @Order(12)
    void what_runs_is_told_and_a_running_cluster_only_takes_files() {
        assertThat(machine.amphora("status").ok().out())
                .contains("node-1", "node-2", "service-1", "agent node-1", "containerd node-2", "MiB");
        assertThat(machine.amphora("kubeconfig").ok().out().strip())
                .isEqualTo(machine.data().resolve("admin.kubeconfig").toString());
        Result again = machine.amphora("up", "-f", EXAMPLE);
        assertThat(again.code()).as(again.out() + again.err()).isZero();
        assertThat(again.out()).contains("everything is ready");
    }

    @Test
    @Order(13)
    void down_leaves_nothing_behind() throws IOException {
        String data = machine.data().toString();
        machine.amphora("down").ok();
        machine.run("ip", "netns", "del", "bare");
        machine.run("umount", "/run/netns");
        // The kernel takes a moment to take a namespace's links away.
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(machine.traces()).isEqualTo(before));
        assertThat(processesNaming(data)).isEmpty();
        assertThat(cgroups()).isEqualTo(cgroupsBefore);
        assertThat(Files.exists(machine.data().resolve("store"))).isFalse();
        machine.amphora("down").ok(); // once more does no harm
    }

    private static Result kubectl(String... arguments) {
        return cluster.kubectl(arguments);
    }

    private static List<ObjectTree> pods(String selector) {
        return cluster.list("pods", selector);
    }

    private static void eventually(String selector, Predicate<List<ObjectTree>> condition) {
        await().atMost(PATIENCE).until(() -> condition.test(pods(selector)));
    }

    private static String owner(ObjectTree object, String kind) {
        return object.object("metadata").list("ownerReferences").stream()
                .map(Tree::object)
                .filter(owner -> owner.text("kind").equals(kind) && owner.bool("controller"))
                .map(owner -> owner.text("name"))
                .findFirst()
                .orElse("");
    }

    /// What a Pod is answered by each host, a line each.
    private static String answers(String pod, Collection<String> hosts) {
        return kubectl(
                        "exec",
                        pod,
                        "--",
                        "sh",
                        "-c",
                        "for host in " + String.join(" ", hosts)
                                + "; do echo $host: $(timeout 20 wget -q -O - http://$host 2>&1); done")
                .ok()
                .out();
    }

    private static String serviceUrl(String service) {
        return "http://" + cluster.clusterIp(service) + "/";
    }

    /// The Pods that answer some requests to a Service.
    private static Set<String> answering(String url) {
        var names = new HashSet<String>();
        for (int i = 0; i < 12; i++) {
            String answer = machine.get(url);
            names.add(answer.replaceFirst(".*Pod (\\S+) on.*", "$1"));
        }
        return names;
    }

    private static List<String> processesNaming(String text) {
        return ProcessHandle.allProcesses()
                .filter(process -> process.pid() != ProcessHandle.current().pid())
                .map(process -> commandLine(process.pid()))
                .filter(line -> line.contains(text))
                .toList();
    }

    private static String commandLine(long pid) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"))
                    .replace('\0', ' ');
        } catch (IOException gone) {
            return "";
        }
    }

    /// This cluster's cgroups: those of its nodes.
    private static Set<String> cgroups() throws IOException {
        var found = new TreeSet<String>();
        try (Stream<Path> folders = Files.find(
                Path.of("/sys/fs/cgroup"), 3, (path, any) -> path.getParent().endsWith("amphora"))) {
            folders.forEach(folder -> found.add(folder.toString()));
        }
        return found;
    }
}
