package io.amphora.client;

import io.amphora.api.ApiObject;
import io.amphora.api.ResourceDefinition;
import io.amphora.machinery.time.Clock;
import io.amphora.machinery.time.Deadline;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One [Informer] per kind, shared by all who ask.
public final class Informers implements AutoCloseable {
    private final Client client;
    private final Clock clock;
    private final Map<Target<?>, Informer<?>> informers = new LinkedHashMap<>();

    public Informers(Client client, Clock clock) {
        this.client = client;
        this.clock = clock;
    }

    public <T extends ApiObject> Informer<T> informer(ResourceDefinition<T> definition) {
        return informer(Target.of(definition));
    }

    /// The kind's informer, started at the first call.
    @SuppressWarnings("unchecked") // a target is always paired with an informer of its type
    public synchronized <T extends ApiObject> Informer<T> informer(Target<T> target) {
        var known = (Informer<T>) informers.get(target);
        if (known != null) return known;
        var made = new Informer<>(client.resource(target), clock);
        informers.put(target, made);
        return made.start();
    }

    public synchronized List<Informer<?>> all() {
        return List.copyOf(informers.values());
    }

    public synchronized Optional<Informer<?>> find(Target<?> target) {
        return Optional.ofNullable(informers.get(target));
    }

    /// Stops following a kind that is no longer served.
    public void stop(Target<?> target) {
        Informer<?> gone;
        synchronized (this) {
            gone = informers.remove(target);
        }
        if (gone != null) gone.close();
    }

    /// Waits until all that are followed have been listed once.
    ///
    /// @return false when that took longer
    public boolean awaitSync(Duration atMost) throws InterruptedException {
        Deadline end = clock.deadline(atMost);
        for (Informer<?> informer : all()) if (!informer.awaitSync(end.left())) return false;
        return true;
    }

    @Override
    public void close() {
        List<Informer<?>> open;
        synchronized (this) {
            open = List.copyOf(informers.values());
            informers.clear();
        }
        open.forEach(Informer::close);
    }
}
