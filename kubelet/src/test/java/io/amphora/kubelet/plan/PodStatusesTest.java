package io.amphora.kubelet.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.api.core.v1.ContainerStatus;
import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.PodCondition;
import io.amphora.api.core.v1.PodStatus;
import io.amphora.kubelet.plan.PodPlanTest.Sight;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import io.amphora.machinery.tree.Yaml;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What is told of a Pod, seen so and so: one row each.
class PodStatusesTest {
    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

    /// @param wanted the phase, the conditions that hold, then each container: `app running ready`, `app
    ///     waiting REASON
    /// last CODE`
    record Row(String sentence, Pod pod, Observed seen, List<String> wanted) {
        @Override
        public String toString() {
            return sentence;
        }
    }

    private static final String STARTED = "PodReadyToStartContainers";

    static List<Row> rows() {
        var app = pod("restartPolicy: Always, containers: [{name: app, image: a}]");
        var never = pod("restartPolicy: Never, containers: [{name: app, image: a}]");
        var inits = pod("initContainers: [{name: i, image: a}], containers: [{name: app, image: a}]");
        var gated = pod("containers: [{name: app, image: a}], readinessGates: [{conditionType: example.com/open}]");
        return List.of(
                new Row(
                        "nothing there yet",
                        app,
                        Observed.NOTHING,
                        List.of("Pending", "Initialized", "app waiting ContainerCreating")),
                new Row(
                        "with init containers it is said to initialize",
                        inits,
                        new Sight().sandbox(0).running("i", 0).see(),
                        List.of("Pending", STARTED, "i running ready=false", "app waiting PodInitializing")),
                new Row(
                        "after them it runs",
                        inits,
                        new Sight()
                                .sandbox(0)
                                .running("app", 0)
                                .exited("i", 0, 0, 9)
                                .see(),
                        List.of(
                                "Running",
                                STARTED,
                                "Initialized",
                                "Ready",
                                "ContainersReady",
                                "i terminated Completed ready=true",
                                "app running ready=true")),
                new Row(
                        "running and ready",
                        app,
                        new Sight().sandbox(0).running("app", 0).see(),
                        List.of(
                                "Running",
                                STARTED,
                                "Initialized",
                                "Ready",
                                "ContainersReady",
                                "app running ready=true")),
                new Row(
                        "running, not ready",
                        app,
                        new Sight()
                                .sandbox(0)
                                .running("app", 0)
                                .probed("app", true, false)
                                .see(),
                        List.of("Running", STARTED, "Initialized", "app running ready=false")),
                new Row(
                        "a gate that is shut keeps the Pod, not its containers, from being ready",
                        gated,
                        new Sight().sandbox(0).running("app", 0).see(),
                        List.of("Running", STARTED, "Initialized", "ContainersReady", "app running ready=true")),
                new Row(
                        "an image that can't be pulled",
                        app,
                        new Sight()
                                .sandbox(0)
                                .trouble("app", "ImagePullBackOff", 9)
                                .see(),
                        List.of("Pending", STARTED, "Initialized", "app waiting ImagePullBackOff")),
                new Row(
                        "a crash loop",
                        app,
                        new Sight()
                                .sandbox(0)
                                .exited("app", 2, 1, 5)
                                .backoff("app", 10, 15)
                                .see(),
                        List.of("Running", STARTED, "Initialized", "app waiting CrashLoopBackOff last 1 restarts 2")),
                new Row(
                        "a success of a Pod that runs once",
                        never,
                        new Sight()
                                .brokenSandbox(0)
                                .exited("app", 0, 0, 5)
                                .ending(1)
                                .see(),
                        List.of("Succeeded", "Initialized", "app terminated Completed ready=false")),
                new Row(
                        "a failure of a Pod that runs once",
                        never,
                        new Sight()
                                .brokenSandbox(0)
                                .exited("app", 0, 3, 5)
                                .ending(1)
                                .see(),
                        List.of("Failed", "Initialized", "app terminated Error ready=false")),
                new Row(
                        "a restarted container remembers its last run",
                        app,
                        new Sight()
                                .sandbox(0)
                                .running("app", 1)
                                .exited("app", 0, 137, 9)
                                .see(),
                        List.of(
                                "Running",
                                STARTED,
                                "Initialized",
                                "Ready",
                                "ContainersReady",
                                "app running ready=true last 137 restarts 1")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void status(Row row) {
        var status = of(row.pod(), row.seen());
        var told = new ArrayList<String>();
        told.add(status.phase());
        status.conditions().stream()
                .filter(one -> one.status().equals("True") && !one.type().equals("PodScheduled"))
                .map(PodCondition::type)
                .forEach(told::add);
        Stream.concat(status.initContainerStatuses().stream(), status.containerStatuses().stream())
                .map(PodStatusesTest::told)
                .forEach(told::add);
        assertThat(told).containsExactlyElementsOf(row.wanted());
    }

    private static String told(ContainerStatus status) {
        var text = new StringBuilder(status.name());
        if (status.state().findRunning().isPresent())
            text.append(" running ready=").append(status.ready());
        if (status.state().findWaiting().isPresent())
            text.append(" waiting ").append(status.state().waiting().reason());
        if (status.state().findTerminated().isPresent())
            text.append(" terminated ")
                    .append(status.state().terminated().reason())
                    .append(" ready=")
                    .append(status.ready());
        status.lastState()
                .findTerminated()
                .ifPresent(last -> text.append(" last ").append(last.exitCode()));
        if (status.restartCount() > 0) text.append(" restarts ").append(status.restartCount());
        return text.toString();
    }

    @Test
    void aCrashLoopIsDescribedAsKubernetesDoes() {
        var seen = new Sight()
                .sandbox(0)
                .exited("app", 2, 1, 5)
                .backoff("app", 80, 85)
                .see();
        var app = of(pod("containers: [{name: app, image: a}]"), seen)
                .containerStatuses()
                .getFirst();
        assertThat(app.state().waiting().message())
                .isEqualTo("back-off 1m20s restarting failed container=app pod=web_shop(u-1)");
    }

    @Test
    void unreadyContainersAreNamed() {
        var status = of(pod("containers: [{name: a, image: a}, {name: b, image: a}]"), Observed.NOTHING);
        assertThat(status.conditions().stream()
                        .filter(one -> one.type().equals("Ready"))
                        .findFirst()
                        .orElseThrow())
                .satisfies(ready -> {
                    assertThat(ready.reason()).isEqualTo("ContainersNotReady");
                    assertThat(ready.message()).isEqualTo("containers with unready status: [a b]");
                    assertThat(ready.observedGeneration()).isEqualTo(4);
                });
    }

    @Test
    void whatIsToldTwiceIsNotChangedTwice() {
        var pod = pod("containers: [{name: app, image: a}]");
        var seen = new Sight().sandbox(0).running("app", 0).see();
        var told = pod.withStatus(of(pod, seen));
        var later = PodStatuses.of(told, seen, List.of("10.0.0.5"), Backoff.Policy.DEFAULT, NOW.plusSeconds(60));
        assertThat(StatusPatch.of(told, later)).isEmpty();
    }

    @Test
    void whatARejectedPodWasToldStaysWhenAnotherKubeletFindsIt() {
        var pod = pod("containers: [{name: app, image: a}]");
        var rejected = pod.withStatus(PodStatuses.rejected(pod, "OutOfcpu", "Node didn't have enough resource", NOW));
        assertThat(of(rejected, Observed.NOTHING)).isEqualTo(rejected.status());
    }

    @Test
    void aPatchLeavesOthersConditionsAlone() {
        var pod = pod("containers: [{name: app, image: a}]");
        var theirs = PodCondition.EMPTY.withType("example.com/open").withStatus("True");
        pod = pod.withStatus(PodStatus.EMPTY.withConditions(List.of(theirs)));
        var patch = StatusPatch.of(pod, of(pod, Observed.NOTHING)).orElseThrow();
        assertThat(patch.object("metadata").text("uid")).isEqualTo("u-1");
        assertThat(patch.object("status").list("conditions").items())
                .extracting(one -> ((ObjectTree) one).text("type"))
                .contains("Ready")
                .doesNotContain("example.com/open");
    }

    @Test
    void aPatchTakesAwayWhatAConditionNoLongerSays() {
        var pod = pod("containers: [{name: app, image: a}]");
        pod = pod.withStatus(of(pod, Observed.NOTHING)); // not ready, and says why
        var ready = of(pod, new Sight().sandbox(0).running("app", 0).see());
        var patch = StatusPatch.of(pod, ready).orElseThrow();
        var condition = patch.object("status").list("conditions").items().stream()
                .map(Tree::object)
                .filter(one -> one.text("type").equals("Ready"))
                .findFirst()
                .orElseThrow();
        assertThat(condition.text("status")).isEqualTo("True");
        assertThat(condition.get("message")).isEqualTo(Tree.NULL);
        assertThat(condition.get("reason")).isEqualTo(Tree.NULL);
    }

    private static PodStatus of(Pod pod, Observed seen) {
        return PodStatuses.of(pod, seen, List.of("10.0.0.5"), Backoff.Policy.DEFAULT, NOW);
    }

    private static Pod pod(String spec) {
        return Pod.of(
                Yaml.read("{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop, uid: u-1, generation: 4},"
                                + " spec: {" + spec + "}}")
                        .object());
    }
}
