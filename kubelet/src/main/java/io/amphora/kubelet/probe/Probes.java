package io.amphora.kubelet.probe;

import io.amphora.api.core.v1.Container;
import io.amphora.api.core.v1.Probe;
import io.amphora.kubelet.plan.Observed.Failure;
import io.amphora.kubelet.plan.Observed.ProbeState;
import io.amphora.kubelet.plan.Run;
import io.amphora.machinery.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The probes of one Pod's running containers: has a virtual thread per probe.
///
/// Until the startup probe has succeeded the others wait. A readiness probe begins as failed, a liveness probe as
/// succeeded; each
/// changes after as many results in a row as its thresholds say.
public final class Probes implements AutoCloseable {
    /// Takes the warnings that become events of a container.
    public interface Teller {
        void accept(String container, String reason, String message);
    }

    private static final Logger LOG = LoggerFactory.getLogger(Probes.class);

    private final Handlers handlers;
    private final Clock clock;
    private final Runnable changed;
    private final Teller told;
    private final Map<String, Probing> byRun = new ConcurrentHashMap<>();

    /// @param changed is told when [#state] of a run has changed
    /// @param told is told of every try that failed or was doubtful
    public Probes(Handlers handlers, Clock clock, Runnable changed, Teller told) {
        this.handlers = handlers;
        this.clock = clock;
        this.changed = changed;
        this.told = told;
    }

    /// Begins to probe a run, unless it is being probed.
    ///
    /// @param adopted what held for a run that is older than this process; it stays until a probe says otherwise
    public void begin(Container container, Run run, String podIp, Optional<ProbeState> adopted) {
        byRun.computeIfAbsent(run.id(), id -> new Probing(container, run, podIp, adopted));
    }

    /// Ends the probes of all runs but these.
    public void keepOnly(Set<String> runs) {
        byRun.entrySet().removeIf(entry -> {
            if (runs.contains(entry.getKey())) return false;
            entry.getValue().end();
            return true;
        });
    }

    public Optional<ProbeState> state(String run) {
        return Optional.ofNullable(byRun.get(run)).map(Probing::state);
    }

    @Override
    public void close() {
        keepOnly(Set.of());
    }

    private final class Probing {
        private final Container container;
        private final Run run;
        private final String podIp;
        private final CountDownLatch startedUp = new CountDownLatch(1);
        private final List<Thread> threads = new ArrayList<>();
        private volatile ProbeState state;

        Probing(Container container, Run run, String podIp, Optional<ProbeState> adopted) {
            this.container = container;
            this.run = run;
            this.podIp = podIp;
            boolean startup = container.findStartupProbe().isPresent();
            boolean readiness = container.findReadinessProbe().isPresent();
            state = adopted.orElse(new ProbeState(!startup, !readiness, Optional.empty()));
            if (state.started()) startedUp.countDown();
            else container.findStartupProbe().ifPresent(probe -> start("Startup", probe));
            container.findReadinessProbe().ifPresent(probe -> start("Readiness", probe));
            container.findLivenessProbe().ifPresent(probe -> start("Liveness", probe));
        }

        ProbeState state() {
            return state;
        }

        private void start(String kind, Probe probe) {
            threads.add(Thread.ofVirtual().name("probe-" + run.name()).start(() -> {
                try {
                    repeat(kind, probe);
                } catch (InterruptedException ended) {
                    Thread.currentThread().interrupt();
                }
            }));
        }

        private void repeat(String kind, Probe probe) throws InterruptedException {
            Instant first = run.startedAt().orElse(clock.now()).plusSeconds(probe.initialDelaySeconds());
            clock.sleep(Duration.between(clock.now(), first));
            if (!kind.equals("Startup")) startedUp.await();
            var period =
                    Duration.ofSeconds(Math.max(1, probe.findPeriodSeconds().orElse(10)));
            int successes = 0;
            int failures = 0;
            while (true) {
                var answer = once(probe);
                if (answer.ok()) {
                    successes++;
                    failures = 0;
                    if (!answer.warning().isEmpty()) tell("ProbeWarning", kind + " probe warning: " + answer.warning());
                    if (successes >= Math.max(1, probe.successThreshold()) && succeeded(kind)) return;
                } else {
                    successes = 0;
                    failures++;
                    tell("Unhealthy", kind + " probe failed: " + answer.message());
                    if (failures >= probe.findFailureThreshold().orElse(3) && failed(kind, probe)) return;
                }
                clock.sleep(period);
            }
        }

        /// A probe goes on whatever a try of it throws: nobody else would notice that the container is ill.
        private Handlers.Answer once(Probe probe) {
            try {
                return ask(probe);
            } catch (RuntimeException bug) {
                LOG.warn("a probe of container {}", run.name(), bug);
                return Handlers.Answer.no(String.valueOf(bug.getMessage()));
            }
        }

        private Handlers.Answer ask(Probe probe) {
            var timeout =
                    Duration.ofSeconds(Math.max(1, probe.findTimeoutSeconds().orElse(1)));
            if (probe.findExec().isPresent()) return handlers.exec(run.id(), probe.exec(), timeout);
            if (probe.findHttpGet().isPresent()) return handlers.http(probe.httpGet(), container, podIp, timeout);
            if (probe.findTcpSocket().isPresent()) return handlers.tcp(probe.tcpSocket(), container, podIp, timeout);
            if (probe.findGrpc().isPresent()) return handlers.grpc(probe.grpc(), podIp, timeout);
            return Handlers.Answer.no("missing probe handler");
        }

        private void tell(String reason, String message) {
            try {
                told.accept(run.name(), reason, message);
            } catch (RuntimeException bug) {
                LOG.warn("an event of container {}", run.name(), bug);
            }
        }

        /// Whether the probe is done.
        private boolean succeeded(String kind) {
            switch (kind) {
                case "Startup" -> {
                    become(before -> new ProbeState(true, before.ready(), before.failure()));
                    startedUp.countDown();
                    return true;
                }
                case "Readiness" -> become(before -> new ProbeState(before.started(), true, before.failure()));
                default -> {}
            }
            return false;
        }

        private boolean failed(String kind, Probe probe) {
            if (kind.equals("Readiness")) {
                become(before -> new ProbeState(before.started(), false, before.failure()));
                return false;
            }
            var grace = probe.findTerminationGracePeriodSeconds();
            var failure = new Failure(
                    kind.toLowerCase(Locale.ROOT),
                    grace.isPresent() ? Optional.of(Duration.ofSeconds(grace.getAsLong())) : Optional.empty());
            become(before -> new ProbeState(before.started(), before.ready(), Optional.of(failure)));
            return true;
        }

        private synchronized void become(UnaryOperator<ProbeState> change) {
            var next = change.apply(state);
            if (next.equals(state)) return;
            state = next;
            changed.run();
        }

        void end() {
            threads.forEach(Thread::interrupt);
        }
    }
}
