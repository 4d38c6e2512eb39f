package io.amphora.kubelet.probe;

import io.amphora.api.core.v1.Container;
import io.amphora.api.core.v1.LifecycleHandler;
import io.amphora.kubelet.probe.Handlers.Answer;
import io.amphora.machinery.time.Clock;
import java.time.Duration;

/// What is done in a container after its start and before its stop.
public final class Hooks {
    private final Handlers handlers;
    private final Clock clock;

    public Hooks(Handlers handlers, Clock clock) {
        this.handlers = handlers;
        this.clock = clock;
    }

    /// @param limit zero for none
    public Answer run(LifecycleHandler hook, Container container, String runId, String podIp, Duration limit)
            throws InterruptedException {
        if (hook.findExec().isPresent()) return handlers.exec(runId, hook.exec(), limit);
        if (hook.findHttpGet().isPresent())
            return handlers.http(hook.httpGet(), container, podIp, limit.isZero() ? Duration.ofMinutes(1) : limit);
        if (hook.findSleep().isPresent()) {
            var wanted = Duration.ofSeconds(hook.sleep().seconds());
            clock.sleep(limit.isZero() || wanted.compareTo(limit) < 0 ? wanted : limit);
            return Answer.OK;
        }
        return Answer.no("invalid handler: no handler given");
    }
}
