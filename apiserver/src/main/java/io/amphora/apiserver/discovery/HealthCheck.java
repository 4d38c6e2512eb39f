package io.amphora.apiserver.discovery;

import io.amphora.machinery.metrics.Exposition;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/// One part of the server, and how it fared whenever somebody asked.
final class HealthCheck {
    private final String name;
    private final Supplier<Optional<String>> failure;
    private final LongAdder successes = new LongAdder();
    private final LongAdder errors = new LongAdder();
    private volatile boolean well;

    /// @param failure why it is not well; empty when it is
    HealthCheck(String name, Supplier<Optional<String>> failure) {
        this.name = name;
        this.failure = failure;
    }

    static HealthCheck always(String name) {
        return new HealthCheck(name, Optional::empty);
    }

    String name() {
        return name;
    }

    /// Why it is not well; empty when it is.
    Optional<String> look() {
        return failure.get();
    }

    /// The same, counted.
    boolean isWell() {
        well = look().isEmpty();
        (well ? successes : errors).increment();
        return well;
    }

    void writeState(Exposition out, String type) {
        if (isAsked()) out.sample(well ? 1 : 0, "name", name, "type", type);
    }

    void writeTotals(Exposition out, String type) {
        if (!isAsked()) return;
        if (errors.sum() > 0) out.sample(errors.sum(), "name", name, "status", "error", "type", type);
        if (successes.sum() > 0) out.sample(successes.sum(), "name", name, "status", "success", "type", type);
    }

    private boolean isAsked() {
        return errors.sum() + successes.sum() > 0;
    }
}
