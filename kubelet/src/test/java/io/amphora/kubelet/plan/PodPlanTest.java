package io.amphora.kubelet.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.api.core.v1.Pod;
import io.amphora.kubelet.plan.Observed.Ending;
import io.amphora.kubelet.plan.Observed.Failure;
import io.amphora.kubelet.plan.Observed.ProbeState;
import io.amphora.kubelet.plan.Observed.Trouble;
import io.amphora.machinery.tree.Tree;
import io.amphora.machinery.tree.Yaml;
import io.amphora.runtime.Container.State;
import io.amphora.runtime.Sandbox;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What is done for a Pod, seen so and so: one row each.
class PodPlanTest {
    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

    /// @param wanted the actions in short: `sandbox 0`, `start app 0`, `stop app 30s`, `remove app 0`, `stop
    ///     sandbox
    /// s0`,
    ///     `remove sandbox s0`, `again in 10s`, `note BackOff`, `ends`, `finished`
    record Row(String sentence, Pod pod, Observed seen, List<String> wanted) {
        @Override
        public String toString() {
            return sentence;
        }
    }

    static List<Row> rows() {
        var app = pod("{}", "containers: [{name: app, image: a}]");
        var never = pod("{}", "restartPolicy: Never, containers: [{name: app, image: a}]");
        var onFailure = pod("{}", "restartPolicy: OnFailure, containers: [{name: app, image: a}]");
        var two = pod("{}", "restartPolicy: OnFailure, containers: [{name: a, image: a}, {name: b, image: a}]");
        var inits = pod(
                "{}",
                "initContainers: [{name: i1, image: a}, {name: i2, image: a}], containers: [{name: app, image: a}]");
        var initNever = pod(
                "{}",
                "restartPolicy: Never, initContainers: [{name: i1, image: a}], containers: [{name: app, image: a}]");
        var sidecar = pod(
                "{}",
                "initContainers: [{name: side, image: a, restartPolicy: Always}, {name: i2, image: a}],"
                        + " containers: [{name: app, image: a}]");
        var deleted = pod(
                "{deletionTimestamp: '2026-01-01T12:00:30Z', deletionGracePeriodSeconds: 20}",
                "initContainers: [{name: side, image: a, restartPolicy: Always}, {name: s2, image: a, restartPolicy: Always}],"
                        + " containers: [{name: app, image: a}]");
        var deadline = app.withSpec(app.spec().withActiveDeadlineSeconds(60));
        var graceful = app.withSpec(app.spec().withTerminationGracePeriodSeconds(7));
        return List.of(
                new Row("a new Pod gets a sandbox first", app, Observed.NOTHING, List.of("sandbox 0")),
                new Row(
                        "while the sandbox is made, nothing else happens",
                        app,
                        seen().busy().see(),
                        List.of()),
                new Row(
                        "a sandbox that can't be made is tried again later",
                        app,
                        seen().sandboxTrouble(5).see(),
                        List.of("again in 5s")),
                new Row(
                        "and again when the time has come",
                        app,
                        seen().sandboxTrouble(0).see(),
                        List.of("sandbox 0")),
                new Row(
                        "with a sandbox the containers start",
                        app,
                        seen().sandbox(0).see(),
                        List.of("start app 0")),
                new Row("all of them at once", two, seen().sandbox(0).see(), List.of("start a 0", "start b 0")),
                new Row(
                        "one that is being started is left alone",
                        two,
                        seen().sandbox(0).starting("a").see(),
                        List.of("start b 0")),
                new Row(
                        "one that runs is left alone",
                        app,
                        seen().sandbox(0).running("app", 0).see(),
                        List.of()),
                new Row(
                        "an image that can't be had is waited for",
                        app,
                        seen().sandbox(0).trouble("app", "ImagePullBackOff", 12).see(),
                        List.of("again in 12s")),
                new Row(
                        "a start that was cut off is cleared away",
                        app,
                        seen().sandbox(0).run("app", 0, State.CREATED, 0, 0).see(),
                        List.of("remove app 0")),
                new Row(
                        "a first end is followed by a start at once",
                        app,
                        seen().sandbox(0).exited("app", 0, 1, 0).see(),
                        List.of("start app 1 then 10s")),
                new Row(
                        "a success as well, if the policy is Always",
                        app,
                        seen().sandbox(0).exited("app", 0, 0, 0).see(),
                        List.of("start app 1 then 10s")),
                new Row(
                        "a second end waits",
                        app,
                        seen().sandbox(0)
                                .exited("app", 1, 1, 4)
                                .backoff("app", 10, 20)
                                .see(),
                        List.of("again in 6s", "note BackOff")),
                new Row(
                        "and the pause doubles",
                        app,
                        seen().sandbox(0)
                                .exited("app", 1, 1, 10)
                                .backoff("app", 10, 20)
                                .see(),
                        List.of("start app 2 then 20s")),
                new Row(
                        "up to five minutes",
                        app,
                        seen().sandbox(0)
                                .exited("app", 9, 1, 300)
                                .backoff("app", 300, 320)
                                .see(),
                        List.of("start app 10 then 300s")),
                new Row(
                        "a long good run makes it begin anew",
                        app,
                        seen().sandbox(0)
                                .exited("app", 3, 1, 1)
                                .backoff("app", 80, 700)
                                .see(),
                        List.of("start app 4 then 10s")),
                new Row(
                        "of ended runs two are kept",
                        app,
                        seen().sandbox(0)
                                .running("app", 3)
                                .exited("app", 2, 1, 10)
                                .exited("app", 1, 1, 20)
                                .exited("app", 0, 1, 30)
                                .see(),
                        List.of("remove app 1", "remove app 0")),
                new Row(
                        "with Never an end is the end",
                        never,
                        seen().sandbox(0).exited("app", 0, 1, 0).see(),
                        List.of("ends", "stop sandbox s0")),
                new Row(
                        "with OnFailure a failure is repeated",
                        onFailure,
                        seen().sandbox(0).exited("app", 0, 1, 0).see(),
                        List.of("start app 1 then 10s")),
                new Row(
                        "with OnFailure a success is not, while another container runs",
                        two,
                        seen().sandbox(0).exited("a", 0, 0, 0).running("b", 0).see(),
                        List.of()),
                new Row(
                        "when all have succeeded the Pod is done",
                        two,
                        seen().sandbox(0)
                                .exited("a", 0, 0, 0)
                                .exited("b", 0, 0, 0)
                                .see(),
                        List.of("ends", "stop sandbox s0")),
                new Row(
                        "a rule about exit codes outweighs the policy",
                        pod(
                                "{}",
                                "restartPolicy: Never, containers: [{name: app, image: a, restartPolicy: Never,"
                                        + " restartPolicyRules: [{action: Restart, exitCodes: {operator: In, values: [42]}}]}]"),
                        seen().sandbox(0).exited("app", 0, 42, 0).see(),
                        List.of("start app 1 then 10s")),
                new Row("init containers come first", inits, seen().sandbox(0).see(), List.of("start i1 0")),
                new Row(
                        "one after the other",
                        inits,
                        seen().sandbox(0).exited("i1", 0, 0, 5).see(),
                        List.of("start i2 0")),
                new Row(
                        "the others wait for the last",
                        inits,
                        seen().sandbox(0).running("i2", 0).exited("i1", 0, 0, 5).see(),
                        List.of()),
                new Row(
                        "then the containers start",
                        inits,
                        seen().sandbox(0)
                                .exited("i2", 0, 0, 1)
                                .exited("i1", 0, 0, 5)
                                .see(),
                        List.of("start app 0")),
                new Row(
                        "an init container that fails is repeated",
                        inits,
                        seen().sandbox(0).exited("i1", 0, 1, 0).see(),
                        List.of("start i1 1 then 10s")),
                new Row(
                        "with Never its failure is the Pod's",
                        initNever,
                        seen().sandbox(0).exited("i1", 0, 1, 0).see(),
                        List.of("ends", "stop sandbox s0")),
                new Row(
                        "init containers are not repeated when a container has begun",
                        inits,
                        seen().sandbox(0).running("app", 0).see(),
                        List.of()),
                new Row(
                        "a sidecar lets the next go on once it has started",
                        sidecar,
                        seen().sandbox(0).running("side", 0).see(),
                        List.of("start i2 0")),
                new Row(
                        "not before",
                        sidecar,
                        seen().sandbox(0)
                                .running("side", 0)
                                .probed("side", false, true)
                                .see(),
                        List.of()),
                new Row(
                        "a sidecar that ends is started again beside the containers",
                        sidecar,
                        seen().sandbox(0)
                                .running("app", 0)
                                .exited("side", 0, 0, 5)
                                .exited("i2", 0, 0, 9)
                                .see(),
                        List.of("start side 1 then 10s")),
                new Row(
                        "a failed liveness probe stops the container",
                        graceful,
                        seen().sandbox(0)
                                .running("app", 0)
                                .failed("app", Optional.empty())
                                .see(),
                        List.of("stop app 7s")),
                new Row(
                        "with the probe's own grace if it has one",
                        graceful,
                        seen().sandbox(0)
                                .running("app", 0)
                                .failed("app", Optional.of(Duration.ofSeconds(2)))
                                .see(),
                        List.of("stop app 2s")),
                new Row(
                        "a stop that goes on is not begun again",
                        graceful,
                        seen().sandbox(0)
                                .running("app", 0)
                                .failed("app", Optional.empty())
                                .stopping("app", 7)
                                .see(),
                        List.of()),
                new Row(
                        "a container whose image was changed is replaced",
                        graceful,
                        seen().sandbox(0).made("app", "of another image").see(),
                        List.of("stop app 7s")),
                new Row(
                        "a broken sandbox is made anew, with the next number",
                        app,
                        seen().brokenSandbox(0).exited("app", 0, 137, 1).see(),
                        List.of("sandbox 1")),
                new Row(
                        "after what still runs in it has been stopped",
                        graceful,
                        seen().brokenSandbox(0).running("app", 0).see(),
                        List.of("stop app 7s")),
                new Row(
                        "in a new sandbox a container goes on counting, and the old sandbox goes",
                        app,
                        seen().sandbox(1)
                                .brokenSandbox(0)
                                .exitedIn("s0", "app", 2, 137, 1)
                                .see(),
                        List.of("remove sandbox s0", "start app 3")),
                new Row(
                        "a container that was done is not repeated in a new sandbox",
                        two,
                        seen().sandbox(1)
                                .brokenSandbox(0)
                                .exitedIn("s0", "a", 0, 0, 1)
                                .exitedIn("s0", "b", 0, 1, 1)
                                .see(),
                        List.of("remove sandbox s0", "start b 1")),
                new Row(
                        "a deleted Pod's containers stop, its sidecars later",
                        deleted,
                        seen().sandbox(0)
                                .running("app", 0)
                                .running("s2", 0)
                                .running("side", 0)
                                .see(),
                        List.of("ends", "stop app 20s")),
                new Row(
                        "sidecars stop in the reverse order of their starts",
                        deleted,
                        seen().sandbox(0)
                                .exited("app", 0, 0, 0)
                                .running("s2", 0)
                                .running("side", 0)
                                .ending(5)
                                .see(),
                        List.of("stop s2 15s")),
                new Row(
                        "once the grace is used up, all at once",
                        deleted,
                        seen().sandbox(0)
                                .running("app", 0)
                                .running("side", 0)
                                .ending(21)
                                .see(),
                        List.of("stop app -1s", "stop side -1s")),
                new Row(
                        "a shorter grace hurries a stop that goes on",
                        deleted,
                        seen().sandbox(0)
                                .running("app", 0)
                                .stopping("app", 60)
                                .ending(0)
                                .see(),
                        List.of("stop app 20s")),
                new Row(
                        "when nothing runs the sandbox stops",
                        deleted,
                        seen().sandbox(0).exited("app", 0, 0, 0).ending(1).see(),
                        List.of("stop sandbox s0")),
                new Row(
                        "then the Pod is finished",
                        deleted,
                        seen().brokenSandbox(0).exited("app", 0, 0, 0).ending(1).see(),
                        List.of("finished")),
                new Row(
                        "but not while a container is still being started",
                        deleted,
                        seen().sandbox(0).starting("app").ending(1).see(),
                        List.of()),
                new Row(
                        "a Pod that is gone from the API ends too",
                        graceful,
                        seen().gone().sandbox(0).running("app", 0).see(),
                        List.of("ends", "stop app 7s")),
                new Row(
                        "a Pod past its deadline ends",
                        deadline.withStatus(deadline.status().withStartTime(NOW.minusSeconds(60))),
                        seen().sandbox(0).running("app", 0).see(),
                        List.of("ends DeadlineExceeded", "stop app 30s")),
                new Row(
                        "before it, the deadline is awaited",
                        deadline.withStatus(deadline.status().withStartTime(NOW.minusSeconds(50))),
                        seen().sandbox(0).running("app", 0).see(),
                        List.of("again in 10s")),
                new Row(
                        "a Pod that has failed is not begun again",
                        never.withStatus(never.status().withPhase("Failed")),
                        seen().see(),
                        List.of("ends", "finished")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void plan(Row row) {
        var plan = PodPlan.plan(row.pod(), row.seen(), Backoff.Policy.DEFAULT, NOW);
        assertThat(told(plan, row.seen())).containsExactlyInAnyOrderElementsOf(row.wanted());
    }

    private static List<String> told(PodPlan.Result plan, Observed seen) {
        var told = new ArrayList<String>();
        if (seen.ending().isEmpty()) plan.ending().ifPresent(ending -> told.add(("ends " + ending.reason()).strip()));
        for (var action : plan.actions())
            told.add(
                    switch (action) {
                        case Action.RunSandbox(var attempt) -> "sandbox " + attempt;
                        case Action.StopSandbox(var id) -> "stop sandbox " + id;
                        case Action.RemoveSandbox(var id) -> "remove sandbox " + id;
                        case Action.Start(var name, var attempt, var next) ->
                            "start " + name + " " + attempt
                                    + next.map(one -> " then " + one.length().toSeconds() + "s")
                                            .orElse("");
                        case Action.Stop(var run, var deadline, var why) ->
                            "stop " + run.name() + " "
                                    + Duration.between(NOW, deadline).toSeconds() + "s";
                        case Action.Remove(var run) -> "remove " + run.name() + " " + run.attempt();
                    });
        plan.notes().forEach(note -> told.add("note " + note.reason()));
        plan.lookAgain()
                .ifPresent(
                        at -> told.add("again in " + Duration.between(NOW, at).toSeconds() + "s"));
        if (plan.finished()) told.add("finished");
        return told;
    }

    private static Pod pod(String metadata, String spec) {
        var tree = Yaml.read("{apiVersion: v1, kind: Pod, metadata: %s, spec: {%s}}".formatted(metadata, spec))
                .object();
        return Pod.of(tree.withAt(Tree.of("web"), "metadata", "name"));
    }

    private static Sight seen() {
        return new Sight();
    }

    /// Collects what is seen. Sandboxes and runs are named newest first.
    static final class Sight {
        private final List<Sandbox.Status> sandboxes = new ArrayList<>();
        private final List<Run> runs = new ArrayList<>();
        private final Map<String, ProbeState> probes = new HashMap<>();
        private final Map<String, Trouble> troubles = new HashMap<>();
        private final Map<String, Backoff> backoffs = new HashMap<>();
        private final Set<String> starting = new HashSet<>();
        private final Map<String, Instant> stopping = new HashMap<>();
        private Optional<Trouble> sandboxTrouble = Optional.empty();
        private Optional<Ending> ending = Optional.empty();
        private boolean busy;
        private boolean gone;

        Sight sandbox(int attempt) {
            return sandbox(attempt, true);
        }

        Sight brokenSandbox(int attempt) {
            return sandbox(attempt, false);
        }

        private Sight sandbox(int attempt, boolean ready) {
            var metadata = new Sandbox.Metadata("web", "shop", "uid", attempt);
            var sandbox = new Sandbox("s" + attempt, metadata, ready, NOW.minusSeconds(100), Map.of(), Map.of());
            sandboxes.add(new Sandbox.Status(sandbox, ready ? List.of("10.1.0.7") : List.of()));
            return this;
        }

        Sight running(String name, int attempt) {
            return run(name, attempt, State.RUNNING, 0, 0);
        }

        Sight exited(String name, int attempt, int code, int secondsAgo) {
            return run(name, attempt, State.EXITED, code, secondsAgo);
        }

        Sight run(String name, int attempt, State state, int code, int secondsAgo) {
            return run(sandboxes.getFirst().sandbox().id(), name, attempt, state, code, secondsAgo, Map.of());
        }

        Sight exitedIn(String sandbox, String name, int attempt, int code, int secondsAgo) {
            return run(sandbox, name, attempt, State.EXITED, code, secondsAgo, Map.of());
        }

        Sight made(String name, String from) {
            return run("s0", name, 0, State.RUNNING, 0, 0, Map.of(Containers.FINGERPRINT, from));
        }

        private Sight run(
                String sandbox,
                String name,
                int attempt,
                State state,
                int code,
                int secondsAgo,
                Map<String, String> notes) {
            boolean ended = state == State.EXITED;
            runs.add(new Run(
                    name + attempt,
                    sandbox,
                    name,
                    attempt,
                    state,
                    NOW.minusSeconds(99),
                    state == State.CREATED ? Optional.empty() : Optional.of(NOW.minusSeconds(90)),
                    ended ? Optional.of(NOW.minusSeconds(secondsAgo)) : Optional.empty(),
                    code,
                    ended ? code == 0 ? "Completed" : "Error" : "",
                    "",
                    "docker.io/library/a:latest",
                    "sha256:1",
                    "",
                    notes));
            return this;
        }

        Sight probed(String name, boolean started, boolean ready) {
            probes.put(name + 0, new ProbeState(started, ready, Optional.empty()));
            return this;
        }

        Sight failed(String name, Optional<Duration> grace) {
            probes.put(name + 0, new ProbeState(true, true, Optional.of(new Failure("liveness", grace))));
            return this;
        }

        Sight trouble(String name, String reason, int secondsLeft) {
            troubles.put(name, new Trouble(reason, "message", NOW.plusSeconds(secondsLeft)));
            return this;
        }

        Sight sandboxTrouble(int secondsLeft) {
            sandboxTrouble = Optional.of(new Trouble("ContainerCreating", "message", NOW.plusSeconds(secondsLeft)));
            return this;
        }

        Sight backoff(String name, int seconds, int sinceSecondsAgo) {
            backoffs.put(name, new Backoff(Duration.ofSeconds(seconds), NOW.minusSeconds(sinceSecondsAgo)));
            return this;
        }

        Sight starting(String name) {
            starting.add(name);
            return this;
        }

        Sight stopping(String name, int secondsLeft) {
            stopping.put(name + 0, NOW.plusSeconds(secondsLeft));
            return this;
        }

        Sight ending(int secondsAgo) {
            ending = Optional.of(new Ending(NOW.minusSeconds(secondsAgo), "", ""));
            return this;
        }

        Sight busy() {
            busy = true;
            return this;
        }

        Sight gone() {
            gone = true;
            return this;
        }

        Observed see() {
            return new Observed(
                    gone,
                    sandboxes,
                    runs,
                    probes,
                    troubles,
                    sandboxTrouble,
                    backoffs,
                    starting,
                    stopping,
                    busy,
                    ending);
        }
    }
}
