package io.amphora.kubelet.plan;

import io.amphora.api.core.v1.Container;
import io.amphora.api.core.v1.Pod;
import io.amphora.kubelet.plan.Observed.Ending;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// Decides what is to be done for one Pod now. A pure function; the Pod's worker carries out what it says and
/// asks
/// again when
/// anything has happened.
///
/// ```
/// Pod deleted, past its deadline, or done ──yes──▶ wind down: containers, then sidecars, then the sandbox
///        │ no
///        ▼
/// sandbox ──▶ init containers, one after the other (sidecars stay) ──▶ containers, all at once
/// ```
public final class PodPlan {
    private final Pod pod;
    private final Observed seen;
    private final Backoff.Policy backoff;
    private final Instant now;
    private final List<Action> actions = new ArrayList<>();
    private final List<Note> notes = new ArrayList<>();
    private Optional<Instant> lookAgain = Optional.empty();

    /// @param lookAgain ask again then, even if nothing happens
    /// @param ending to be remembered
    /// @param finished nothing of the Pod runs any more, nor will
    public record Result(
            List<Action> actions,
            List<Note> notes,
            Optional<Instant> lookAgain,
            Optional<Ending> ending,
            boolean finished) {}

    /// An event to be told: once per run.
    public record Note(Run run, String type, String reason, String message) {}

    private PodPlan(Pod pod, Observed seen, Backoff.Policy backoff, Instant now) {
        this.pod = pod;
        this.seen = seen;
        this.backoff = backoff;
        this.now = now;
    }

    public static Result plan(Pod pod, Observed seen, Backoff.Policy backoff, Instant now) {
        return new PodPlan(pod, seen, backoff, now).decide();
    }

    private Result decide() {
        var ending = seen.ending().or(this::begunToEnd);
        boolean finished = false;
        if (ending.isPresent()) finished = windDown(ending.get());
        else if (sandboxIsReady()) {
            removeOldRuns();
            if (initialize()) pod.spec().containers().forEach(container -> keep(container, false));
            for (var container : Containers.ephemeral(pod))
                if (seen.newest(container.name()).isEmpty() && !seen.starting().contains(container.name()))
                    startUnlessInTrouble(container, Optional.empty());
        }
        return new Result(List.copyOf(actions), List.copyOf(notes), lookAgain, ending, finished);
    }

    /// Why the Pod has to end, if it has to.
    private Optional<Ending> begunToEnd() {
        if (seen.gone() || pod.metadata().findDeletionTimestamp().isPresent())
            return Optional.of(new Ending(now, "", ""));
        if (PodPhase.isFinal(pod)) return Optional.of(new Ending(now, "", ""));
        var deadline = pod.spec().findActiveDeadlineSeconds();
        var started = pod.status().findStartTime();
        if (deadline.isPresent() && started.isPresent()) {
            var until = started.get().plusSeconds(deadline.getAsLong());
            if (!now.isBefore(until))
                return Optional.of(new Ending(
                        now, "DeadlineExceeded", "Pod was active on the node longer than the specified deadline"));
            lookAgainAt(until);
        }
        return isDone() ? Optional.of(new Ending(now, "", "")) : Optional.empty();
    }

    /// Every container has ended for good, or an init container has failed for good.
    private boolean isDone() {
        for (var init : pod.spec().initContainers()) {
            if (Containers.isSidecar(init)) continue;
            var last = last(init);
            if (last.isPresent()
                    && last.get().hasExited()
                    && last.get().exitCode() != 0
                    && !Containers.restarts(pod, init, true, last.get().exitCode())) return true;
        }
        for (var container : pod.spec().containers()) {
            var last = last(container);
            if (last.isEmpty()
                    || !last.get().hasExited()
                    || Containers.restarts(pod, container, false, last.get().exitCode())) return false;
        }
        return true;
    }

    private Optional<Run> last(Container container) {
        return Runs.last(pod, seen, container);
    }

    /// Stops what runs: containers all at once, then sidecars in the reverse order of their starts, then the
    /// sandboxes.
    /// Returns
    /// whether nothing is left to stop.
    private boolean windDown(Ending ending) {
        var deadline = ending.since().plus(grace());
        boolean late = !now.isBefore(deadline);
        var running = seen.runs().stream()
                .filter(run -> !run.hasExited() && run.state() != io.amphora.runtime.Container.State.CREATED)
                .toList();
        var sidecars = pod.spec().initContainers().stream()
                .filter(Containers::isSidecar)
                .map(Container::name)
                .toList();
        var first =
                running.stream().filter(run -> !sidecars.contains(run.name())).toList();
        var next = first;
        for (int i = sidecars.size() - 1; i >= 0 && next.isEmpty(); i--) {
            String name = sidecars.get(i);
            next = running.stream().filter(run -> run.name().equals(name)).toList();
        }
        for (var run : late ? running : next) stop(run, deadline, "");
        if (!running.isEmpty() || !seen.starting().isEmpty() || seen.sandboxBusy()) return false;
        boolean all = true;
        for (var sandbox : seen.sandboxes()) {
            if (!sandbox.sandbox().ready()) continue;
            actions.add(new Action.StopSandbox(sandbox.sandbox().id()));
            all = false;
        }
        return all;
    }

    private Duration grace() {
        var deletion = pod.metadata().findDeletionGracePeriodSeconds();
        var grace = deletion.isPresent() ? deletion : pod.spec().findTerminationGracePeriodSeconds();
        return Duration.ofSeconds(grace.orElse(30));
    }

    private void stop(Run run, Instant deadline, String why) {
        var given = seen.stopping().get(run.id());
        // A second delete may shorten the grace of a stop that goes on; it never lengthens it.
        if (given == null || deadline.isBefore(given.minusSeconds(1))) actions.add(new Action.Stop(run, deadline, why));
    }

    /// Whether there is a sandbox to run containers in; sees to one otherwise.
    private boolean sandboxIsReady() {
        if (seen.readySandbox().isPresent()) {
            for (var old : seen.sandboxes().subList(1, seen.sandboxes().size()))
                if (!old.sandbox().ready() && !seen.sandboxBusy())
                    actions.add(new Action.RemoveSandbox(old.sandbox().id()));
            return true;
        }
        // What still runs in a sandbox that broke has no network any more.
        boolean running = false;
        for (var run : seen.runs()) {
            if (!run.isRunning()) continue;
            running = true;
            stop(run, now.plus(grace()), "");
        }
        if (running || seen.sandboxBusy() || !seen.starting().isEmpty()) return false;
        if (seen.sandboxTrouble().isPresent()
                && now.isBefore(seen.sandboxTrouble().get().retryAt())) {
            lookAgainAt(seen.sandboxTrouble().get().retryAt());
            return false;
        }
        int attempt = seen.newestSandbox()
                .map(one -> one.sandbox().metadata().attempt() + 1)
                .orElse(0);
        actions.add(new Action.RunSandbox(attempt));
        return false;
    }

    /// Of every container the newest run and the one before are kept: its state and its last state.
    private void removeOldRuns() {
        var names = new ArrayList<String>();
        for (var run : seen.runs()) {
            boolean kept = names.stream().filter(run.name()::equals).count() < 2;
            names.add(run.name());
            if (!kept && run.hasExited()) actions.add(new Action.Remove(run));
        }
    }

    /// Brings the init containers forward. Returns whether the others may start.
    private boolean initialize() {
        boolean initialized = Runs.isInitialized(pod, seen);
        for (var init : pod.spec().initContainers()) {
            if (Containers.isSidecar(init)) {
                keep(init, true);
                var run = current(init);
                if (!initialized
                        && (run.isEmpty()
                                || !run.get().isRunning()
                                || !seen.probe(run.get()).started())) return false;
            } else if (!initialized) {
                var run = current(init);
                if (run.isPresent() && run.get().hasExited() && run.get().exitCode() == 0) continue;
                keep(init, true);
                return false;
            }
        }
        return true;
    }

    /// The newest run in the sandbox that counts.
    private Optional<Run> current(Container container) {
        return Runs.current(seen, container.name());
    }

    /// Starts, restarts or stops one container as it should be.
    private void keep(Container container, boolean init) {
        if (seen.starting().contains(container.name())) return;
        var current = current(container);
        if (current.isEmpty()) {
            // A new sandbox repeats the init containers, but not a container that was done in the old one.
            var before = init ? Optional.<Run>empty() : last(container);
            boolean done = before.isPresent()
                    && before.get().hasExited()
                    && !Containers.restarts(pod, container, false, before.get().exitCode());
            if (!done) startUnlessInTrouble(container, Optional.empty());
            return;
        }
        var run = current.get();
        switch (run.state()) {
            case RUNNING -> stopIfItMust(container, run);
            case CREATED -> actions.add(new Action.Remove(run)); // a start that was cut off
            case UNKNOWN -> stop(run, now, "");
            case EXITED -> {
                if (Containers.restarts(pod, container, init, run.exitCode())) restart(container, run);
            }
        }
    }

    private void stopIfItMust(Container container, Run run) {
        var failure = seen.probe(run).failure();
        String made = run.annotations().getOrDefault(Containers.FINGERPRINT, "");
        if (failure.isPresent())
            stop(
                    run,
                    now.plus(failure.get().grace().orElse(grace())),
                    "Container %s failed %s probe, will be restarted"
                            .formatted(run.name(), failure.get().probe()));
        else if (!made.isEmpty() && !made.equals(Containers.fingerprint(container)))
            stop(run, now.plus(grace()), "Container %s definition changed, will be restarted".formatted(run.name()));
    }

    private void restart(Container container, Run run) {
        var held = Optional.ofNullable(seen.backoffs().get(container.name()));
        var finished = run.finishedAt().orElse(run.createdAt());
        var until = Backoff.waitsUntil(held, finished, backoff);
        if (until.isPresent() && now.isBefore(until.get())) {
            lookAgainAt(until.get());
            notes.add(new Note(
                    run,
                    "Warning",
                    "BackOff",
                    "Back-off restarting failed container %s in pod %s"
                            .formatted(container.name(), Containers.describe(pod))));
            return;
        }
        startUnlessInTrouble(container, Optional.of(Backoff.next(held, finished, now, backoff)));
    }

    private void startUnlessInTrouble(Container container, Optional<Backoff> next) {
        var trouble = seen.troubles().get(container.name());
        if (trouble != null && now.isBefore(trouble.retryAt())) {
            lookAgainAt(trouble.retryAt());
            return;
        }
        actions.add(new Action.Start(container.name(), nextAttempt(container.name()), next));
    }

    private int nextAttempt(String container) {
        OptionalInt newest = seen.runs().stream()
                .filter(run -> run.name().equals(container))
                .mapToInt(Run::attempt)
                .max();
        if (newest.isPresent()) return newest.getAsInt() + 1;
        return Runs.published(pod, container)
                .filter(status -> !status.containerID().isEmpty())
                .map(status -> status.restartCount() + 1)
                .orElse(0);
    }

    private void lookAgainAt(Instant at) {
        if (lookAgain.isEmpty() || at.isBefore(lookAgain.get())) lookAgain = Optional.of(at);
    }
}
