package io.amphora.apiserver.discovery;

import io.amphora.machinery.metrics.Exposition;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/// One part of the server, and how it fared whenever somebody asked.
final class HealthCheck {
    private final String name;
    private final Supplier<Optional<String>> failure;
    private final boolean decides;
    private final LongAdder successes = new LongAdder();
    private final LongAdder errors = new LongAdder();
    private volatile boolean well;

    /// @param failure why it is not well; empty when it is
    HealthCheck(String name, Supplier<Optional<String>> failure) {
        this(name, failure, true);
    }

    private HealthCheck(String name, Supplier<Optional<String>> failure, boolean decides) {
        this.name = name;
        this.failure = failure;
        this.decides = decides;
    }

    /// A part that is told with its reason when it is not well, while the server as a whole stays well.
    static HealthCheck told(String name, Supplier<Optional<String>> failure) {
        return new HealthCheck(name, failure, false);
    }

    static HealthCheck always(String name) {
        return new HealthCheck(name, Optional::empty);
    }

    String name() {
        return name;
    }

    /// Whether the server is not well when this part is not.
    boolean decides() {
        return decides;
    }

    /// Why it is not well; empty when it is.
    Optional<String> look() {
        return failure.get();
    }

    /// The same, counted.
    Optional<String> lookAndCount() {
        Optional<String> found = look();
        well = found.isEmpty();
        (well ? successes : errors).increment();
        return found;
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
