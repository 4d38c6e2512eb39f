package io.amphora.kubelet;

import io.amphora.api.ApiException;
import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.PodStatus;
import io.amphora.api.core.v1.Pods;
import io.amphora.client.DeleteOptions;
import io.amphora.client.PatchType;
import io.amphora.client.WriteOptions;
import io.amphora.kubelet.admission.Rejection;
import io.amphora.kubelet.plan.Action;
import io.amphora.kubelet.plan.Backoff;
import io.amphora.kubelet.plan.Containers;
import io.amphora.kubelet.plan.Observed;
import io.amphora.kubelet.plan.Observed.ProbeState;
import io.amphora.kubelet.plan.PodPlan;
import io.amphora.kubelet.plan.PodStatuses;
import io.amphora.kubelet.plan.Run;
import io.amphora.kubelet.plan.StatusPatch;
import io.amphora.kubelet.probe.Probes;
import io.amphora.kubelet.volume.VolumeException;
import io.amphora.machinery.time.Clock;
import io.amphora.runtime.ContainerRuntimeException;
import io.amphora.runtime.Sandbox;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs one Pod: has a virtual thread that looks, asks the plan what to do, tells the API, and starts what is
/// to be
/// done, each
/// action on a thread of its own. Whatever happens (a change of the Pod, an end of a container, a probe's
/// result, an
/// action that is
/// done) wakes it to look again.
final class PodWorker implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PodWorker.class);
    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration LAST_RETRY = Duration.ofSeconds(30);

    private final NodeParts node;
    private final String uid;
    private final Runnable forgotten;
    private final Optional<Rejection> rejection;
    private final PodEvents events;
    private final PodActor actor;
    private final PodObserver observer;
    private final Probes probes;
    private static final Duration LAST_STEPS = Duration.ofSeconds(5);

    private final Thread thread;
    private final Set<Thread> steps = ConcurrentHashMap.newKeySet();
    private final Semaphore wake = new Semaphore(1);

    private volatile Pod pod;
    private volatile boolean gone;
    private volatile Observed seen = Observed.NOTHING;
    private volatile Optional<Observed.Trouble> sandboxTrouble = Optional.empty();
    private volatile boolean sandboxBusy;
    private final Map<String, Observed.Trouble> troubles = new ConcurrentHashMap<>();
    private final Map<String, Backoff> backoffs = new ConcurrentHashMap<>();
    private final Set<String> starting = ConcurrentHashMap.newKeySet();
    private final Map<String, Instant> stopping = new ConcurrentHashMap<>();

    // The thread's own.
    private Optional<Observed.Ending> ending = Optional.empty();
    private final Set<String> noted = new HashSet<>();
    private Duration retry = FIRST_RETRY;
    private Clock.Timer timer = () -> {};
    private Instant refreshed;
    private boolean cleanedUp;

    /// @param rejection why the node does not take the Pod: all there is to do then is to say so
    /// @param forgotten is told when there is nothing left of the Pod
    PodWorker(NodeParts node, Pod pod, boolean gone, Optional<Rejection> rejection, Runnable forgotten) {
        this.node = node;
        this.uid = pod.uid();
        this.pod = pod;
        this.gone = gone;
        this.rejection = rejection;
        this.forgotten = forgotten;
        this.refreshed = node.clock().now();
        var messages = new TerminationMessages(node.volumes(), node.clock());
        this.events = new PodEvents(node.events(), () -> this.pod);
        this.actor = new PodActor(node, events, messages);
        this.observer = new PodObserver(node.runtime(), messages, uid);
        this.probes = new Probes(
                node.handlers(),
                node.clock(),
                this::wake,
                (container, message) -> events.container(container, "Warning", "Unhealthy", message));
        this.thread = Thread.ofVirtual()
                .name("pod-" + pod.namespace() + "/" + pod.name())
                .unstarted(this::work);
    }

    void start() {
        rejection.ifPresent(why -> {
            ending = Optional.of(new Observed.Ending(node.clock().now(), why.reason(), why.message()));
            events.pod("Warning", why.reason(), why.message());
        });
        thread.start();
    }

    /// Whether the Pod takes room on the node.
    boolean isActive() {
        String phase = pod.status().phase();
        return rejection.isEmpty() && !phase.equals("Succeeded") && !phase.equals("Failed");
    }

    /// The Pod as the API holds it; one that is no newer than the known one is of no interest.
    void offer(Pod newer) {
        synchronized (this) {
            if (version(newer) <= version(pod)) return;
            pod = newer;
        }
        wake();
    }

    /// The Pod is no longer in the API.
    void gone(Pod last) {
        offer(last);
        gone = true;
        wake();
    }

    void wake() {
        wake.release();
    }

    Pod pod() {
        return pod;
    }

    /// What was last seen.
    Observed seen() {
        return seen;
    }

    /// Ends the worker; what runs runs on.
    @Override
    public void close() {
        thread.interrupt();
        probes.close();
    }

    /// Waits until nothing of a closed worker touches its Pod's files any more, for a few seconds at most.
    void awaitEnd() {
        try {
            if (thread.getState() != Thread.State.NEW) thread.join(LAST_STEPS);
            for (Thread step : steps) step.join(LAST_STEPS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void work() {
        try {
            while (true) {
                wake.acquire();
                wake.drainPermits();
                timer.cancel();
                try {
                    if (step()) break;
                    retry = FIRST_RETRY;
                } catch (ApiException | ContainerRuntimeException | IOException failure) {
                    if (Thread.currentThread().isInterrupted()) return; // closing, in the middle of a call
                    LOG.warn("pod {}: {}", Containers.describe(pod), failure.getMessage());
                    timer = node.clock().after(retry, this::wake);
                    retry = longer(retry);
                }
            }
            forgotten.run();
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException bug) {
            LOG.error("pod {}: the worker ends", Containers.describe(pod), bug);
        } finally {
            probes.close();
        }
    }

    /// One look. Returns whether nothing is left of the Pod.
    private boolean step() throws IOException {
        var now = node.clock().now();
        var at = pod;
        seen = observe(at);
        var plan = PodPlan.plan(at, seen, node.config().timing().restarts(), now);
        if (ending.isEmpty() && plan.ending().isPresent()) {
            ending = plan.ending();
            seen = observe(at);
        }
        plan.notes().forEach(this::tell);
        if (plan.finished()) {
            if (finish(at)) return true;
        } else {
            publish(at);
            plan.actions().forEach(this::begin);
            refreshVolumes(now);
        }
        var look = node.config().timing().look();
        var next = plan.lookAgain().map(when -> Duration.between(now, when)).filter(wait -> wait.compareTo(look) < 0);
        timer = node.clock().after(next.orElse(look), this::wake);
        return false;
    }

    private Observed observe(Pod at) {
        // In this order: a container that an action makes is seen at the latest when the action is no longer
        // under way.
        var nowStarting = Set.copyOf(starting);
        var nowStopping = Map.copyOf(stopping);
        boolean nowBusy = sandboxBusy;
        var sandboxes = observer.sandboxes();
        var runs = observer.runs(at);
        return new Observed(
                gone,
                sandboxes,
                runs,
                probe(at, sandboxes, runs, nowStarting),
                Map.copyOf(troubles),
                sandboxTrouble,
                Map.copyOf(backoffs),
                nowStarting,
                nowStopping,
                nowBusy,
                ending);
    }

    /// Sees to it that every running container is probed, and none other.
    private Map<String, ProbeState> probe(
            Pod at, List<Sandbox.Status> sandboxes, List<Run> runs, Set<String> nowStarting) {
        var ips = ips(at, sandboxes);
        var states = new HashMap<String, ProbeState>();
        var running = new HashSet<String>();
        for (var run : runs) {
            if (!run.isRunning()) continue;
            if (nowStarting.contains(run.name())) {
                states.put(run.id(), new ProbeState(false, false, Optional.empty())); // its hook still runs
                continue;
            }
            running.add(run.id());
            Containers.find(at, run.name())
                    .ifPresent(container ->
                            probes.begin(container, run, ips.isEmpty() ? "" : ips.getFirst(), adopted(at, run)));
            probes.state(run.id()).ifPresent(state -> states.put(run.id(), state));
        }
        probes.keepOnly(running);
        return states;
    }

    /// What the API says of a run that is older than this process.
    private Optional<ProbeState> adopted(Pod at, Run run) {
        if (!run.createdAt().isBefore(node.since())) return Optional.empty();
        return Stream.concat(at.status().initContainerStatuses().stream(), at.status().containerStatuses().stream())
                .filter(status -> status.containerID().endsWith(run.id()))
                .findFirst()
                .map(status -> new ProbeState(status.started(), status.ready(), Optional.empty()));
    }

    private List<String> ips(Pod at, List<Sandbox.Status> sandboxes) {
        if (at.spec().hostNetwork()) return node.config().addresses();
        return sandboxes.isEmpty() ? List.of() : sandboxes.getFirst().ips();
    }

    private void tell(PodPlan.Note note) {
        if (noted.add(note.run().id() + note.reason()))
            events.container(note.run().name(), note.type(), note.reason(), note.message());
    }

    /// Returns whether the API knows it now, or has nobody to be told of.
    private boolean publish(Pod at) {
        if (gone) return true;
        var wanted = status(at);
        var patch = StatusPatch.of(at, wanted);
        if (patch.isEmpty()) return true;
        try {
            offer(node.client()
                    .resource(Pods.DEFINITION)
                    .inNamespace(at.namespace())
                    .patch(at.name(), PatchType.STRATEGIC, patch.get(), WriteOptions.PLAIN, "status"));
            return true;
        } catch (ApiException refused) {
            // Gone, or another Pod of that name: the watch will say so. Otherwise what runs goes on without
            // being told
            // of.
            if (refused.code() == 404 || refused.code() == 409) return true;
            LOG.warn("status of pod {}: {}", Containers.describe(at), refused.getMessage());
            node.clock().after(retry, this::wake);
            retry = longer(retry);
            return false;
        }
    }

    private PodStatus status(Pod at) {
        var now = node.clock().now();
        return rejection
                .map(why -> PodStatuses.rejected(at, why.reason(), why.message(), now))
                .orElseGet(() -> PodStatuses.of(
                        at,
                        seen,
                        node.config().addresses(),
                        node.config().timing().restarts(),
                        now));
    }

    private void begin(Action action) {
        switch (action) {
            case Action.RunSandbox(var attempt) -> {
                if (attempt > 0)
                    events.pod("Normal", "SandboxChanged", "Pod sandbox changed, it will be killed and re-created.");
                withSandbox(() -> actor.runSandbox(pod, attempt));
            }
            case Action.StopSandbox(var id) -> withSandbox(() -> actor.stopSandbox(id));
            case Action.RemoveSandbox(var id) -> withSandbox(() -> actor.removeSandbox(id));
            case Action.Start(var container, var attempt, var backoff) -> start(container, attempt, backoff);
            case Action.Stop(var run, var deadline, var why) -> stop(run, deadline, why);
            case Action.Remove(var run) -> {
                if (!starting.add(run.name())) return;
                inBackground("remove " + run.name(), () -> {
                    try {
                        actor.remove(pod, run);
                    } finally {
                        starting.remove(run.name());
                    }
                });
            }
        }
    }

    private interface Step {
        void run() throws PodActor.Failed, IOException, InterruptedException;
    }

    private void withSandbox(Step step) {
        sandboxBusy = true;
        inBackground("sandbox", () -> {
            try {
                step.run();
                sandboxTrouble = Optional.empty();
            } catch (PodActor.Failed failure) {
                var pause = sandboxTrouble.isEmpty() ? FIRST_RETRY : Duration.ofSeconds(10);
                sandboxTrouble = Optional.of(new Observed.Trouble(
                        failure.reason(),
                        failure.getMessage(),
                        node.clock().now().plus(pause)));
            } finally {
                sandboxBusy = false;
            }
        });
    }

    private void start(String container, int attempt, Optional<Backoff> backoff) {
        var sandbox = seen.readySandbox();
        if (sandbox.isEmpty() || !starting.add(container)) return;
        var target = Containers.ephemeralTarget(pod, container)
                .flatMap(seen::newest)
                .map(Run::id)
                .orElse("");
        inBackground("start " + container, () -> {
            try {
                actor.start(pod, container, attempt, sandbox.get(), target);
                troubles.remove(container);
                backoff.ifPresent(next -> backoffs.put(container, next));
            } catch (PodActor.Failed failure) {
                var retryAt = failure.retryAt()
                        .orElse(node.clock().now().plus(node.config().timing().look()));
                troubles.put(container, new Observed.Trouble(failure.reason(), failure.getMessage(), retryAt));
            } finally {
                starting.remove(container);
            }
        });
    }

    private void stop(Run run, Instant deadline, String why) {
        boolean hurry = stopping.put(run.id(), deadline) != null;
        var ips = ips(pod, seen.sandboxes());
        inBackground("stop " + run.name(), () -> {
            try {
                actor.stop(pod, run, deadline, why, ips, hurry);
            } finally {
                stopping.remove(run.id(), deadline);
            }
        });
    }

    private void inBackground(String what, Step step) {
        Thread.ofVirtual().name("pod-" + pod.name() + "-" + what).start(() -> {
            steps.add(Thread.currentThread());
            try {
                step.run();
                wake();
            } catch (InterruptedException closing) {
                Thread.currentThread().interrupt();
            } catch (PodActor.Failed | IOException | RuntimeException failure) {
                boolean expected = failure instanceof ContainerRuntimeException || failure instanceof IOException;
                if (expected) LOG.warn("pod {}: {}: {}", Containers.describe(pod), what, failure.getMessage());
                else LOG.error("pod {}: {}", Containers.describe(pod), what, failure);
                node.clock().after(FIRST_RETRY, this::wake);
            } finally {
                steps.remove(Thread.currentThread());
            }
        });
    }

    private void refreshVolumes(Instant now) {
        if (seen.readySandbox().isEmpty() || ending.isPresent()) return;
        if (now.isBefore(refreshed.plus(node.config().timing().refresh()))) return;
        refreshed = now;
        inBackground("volumes", () -> {
            try {
                node.volumes().setUp(pod, node.surroundings(ips(pod, seen.sandboxes())));
            } catch (VolumeException failure) {
                events.pod("Warning", "FailedMount", String.valueOf(failure.getMessage()));
            }
        });
    }

    /// Nothing of the Pod runs any more. A Pod that is deleted leaves the node, then the API; one that has
    /// ended by
    /// itself keeps
    /// its containers, so that their logs can be read.
    private boolean finish(Pod at) throws IOException {
        boolean deleted = gone || at.metadata().findDeletionTimestamp().isPresent();
        boolean told = publish(at);
        if (!deleted) {
            if (!cleanedUp) actor.cleanUp(at, seen.sandboxes(), false);
            cleanedUp = true;
            return false;
        }
        if (!told) return false;
        actor.cleanUp(at, seen.sandboxes(), false);
        if (!gone) delete(at);
        actor.cleanUp(at, seen.sandboxes(), true);
        return true;
    }

    private void delete(Pod at) {
        try {
            node.client()
                    .resource(Pods.DEFINITION)
                    .inNamespace(at.namespace())
                    .delete(at.name(), DeleteOptions.PLAIN.withGraceSeconds(0).withUid(uid));
        } catch (ApiException refused) {
            if (refused.code() != 404 && refused.code() != 409) throw refused;
        }
    }

    private static Duration longer(Duration pause) {
        var doubled = pause.multipliedBy(2);
        return doubled.compareTo(LAST_RETRY) < 0 ? doubled : LAST_RETRY;
    }

    /// Resource versions are numbers that rise (KEP-5504).
    private static long version(Pod pod) {
        String text = pod.metadata().resourceVersion();
        return text.isEmpty() ? 0 : Long.parseLong(text);
    }
}
