package io.amphora.client;

import io.amphora.api.ApiException;
import io.amphora.api.ApiObject;
import io.amphora.api.Views;
import io.amphora.api.core.v1.Event;
import io.amphora.api.core.v1.Events;
import io.amphora.client.EventCorrelator.Saying;
import io.amphora.client.EventCorrelator.Verdict;
import io.amphora.machinery.time.Clock;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.time.Instant;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/// Tells users what happened to an object, as Events. Has a thread that writes them, so that recording never
/// blocks
/// and never fails; when a thousand wait, further ones are dropped.
///
/// [#event] makes events as most components do (count, firstTimestamp, lastTimestamp), [#action] those of
/// events.k8s.io (eventTime, series), which the scheduler writes.
public final class EventRecorder implements AutoCloseable {
    private static final int QUEUED = 1000;

    /// @param action "" for an event of the old style
    private record Record(
            ObjectTree regarding,
            @Nullable ObjectTree related,
            String type,
            String reason,
            String action,
            String message,
            Instant at) {}

    private final Resource<Event> events;
    private final Clock clock;
    private final String component;
    private final String host;
    private final LinkedBlockingQueue<Record> queue = new LinkedBlockingQueue<>(QUEUED);
    private final EventCorrelator correlator = new EventCorrelator();
    private final Thread thread;
    private long lastName;

    /// @param component who tells: `deployment-controller`, `kubelet`, `default-scheduler`
    /// @param host the node it runs on, "" where that does not matter
    public EventRecorder(Client client, Clock clock, String component, String host) {
        this.events = client.resource(Events.DEFINITION);
        this.clock = clock;
        this.component = component;
        this.host = host;
        this.thread = Thread.ofVirtual().name("events-" + component).start(this::write);
    }

    public EventRecorder(Client client, Clock clock, String component) {
        this(client, clock, component, "");
    }

    public void normal(ApiObject regarding, String reason, String message) {
        event(regarding, "Normal", reason, message);
    }

    public void warning(ApiObject regarding, String reason, String message) {
        event(regarding, "Warning", reason, message);
    }

    /// @param type `Normal` or `Warning`
    public void event(ApiObject regarding, String type, String reason, String message) {
        event(reference(regarding), type, reason, message);
    }

    /// @param regarding an ObjectReference (core/v1); its `fieldPath` may name a container
    public void event(ObjectTree regarding, String type, String reason, String message) {
        offer(new Record(regarding, null, type, reason, "", message, clock.now()));
    }

    /// An event of events.k8s.io.
    ///
    /// @param action what was done or tried: `Scheduling`, `Binding`
    public void action(
            ApiObject regarding, @Nullable ApiObject related, String type, String reason, String action, String note) {
        ObjectTree other = related == null ? null : reference(related);
        offer(new Record(reference(regarding), other, type, reason, action, note, clock.now()));
    }

    /// The ObjectReference (core/v1) of an object.
    public static ObjectTree reference(ApiObject object) {
        var reference =
                ObjectTree.builder().put("apiVersion", object.apiVersion()).put("kind", object.kind());
        if (!object.namespace().isEmpty()) reference.put("namespace", object.namespace());
        reference.put("name", object.name());
        if (!object.uid().isEmpty()) reference.put("uid", object.uid());
        String version = object.tree().object("metadata").text("resourceVersion");
        if (!version.isEmpty()) reference.put("resourceVersion", version);
        return reference.build();
    }

    private void offer(Record record) {
        queue.offer(record); // a full queue drops it: events are a courtesy, never worth to block work for
    }

    private void write() {
        try {
            while (true) write(queue.take());
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private void write(Record record) {
        var saying = new Saying(
                objectKey(record.regarding()), record.type(), record.reason(), record.action(), record.message());
        try {
            switch (correlator.correlate(saying, record.at())) {
                case Verdict.Drop() -> {}
                case Verdict.Create(Saying what) -> create(record, what);
                case Verdict.Again again -> {
                    if (!raise(record, again)) create(record, again.saying());
                }
            }
        } catch (ApiException refused) {
            correlator.forget(saying); // its namespace is going, say: there is nobody to tell
        }
    }

    private void create(Record record, Saying what) {
        Event event = eventOf(record, what.message());
        events.inNamespace(event.namespace()).create(event);
        correlator.stored(what, event.name(), 1, record.at());
    }

    /// @return false when the earlier event is gone
    private boolean raise(Record record, Verdict.Again again) {
        ObjectTree patch = record.action().isEmpty()
                ? ObjectTree.of(
                        "count",
                        again.count(),
                        "lastTimestamp",
                        Views.tree(record.at()),
                        "message",
                        again.saying().message())
                : ObjectTree.of(
                        "series",
                        ObjectTree.of("count", again.count(), "lastObservedTime", Views.microTime(record.at())));
        try {
            events.inNamespace(namespaceOf(record.regarding())).patch(again.name(), PatchType.STRATEGIC, patch);
        } catch (ApiException refused) {
            if (refused.code() == 404) return false;
            throw refused;
        }
        correlator.stored(again.saying(), again.name(), again.count(), again.first());
        return true;
    }

    private Event eventOf(Record record, String message) {
        String namespace = namespaceOf(record.regarding());
        var metadata = ObjectTree.of(
                "name", record.regarding().text("name") + "." + suffix(record.at()), "namespace", namespace);
        var event = Event.EMPTY.tree().toBuilder()
                .put("metadata", metadata)
                .put("involvedObject", record.regarding())
                .put("type", record.type())
                .put("reason", record.reason())
                .put("message", message)
                .put("reportingComponent", component);
        if (record.action().isEmpty()) {
            var source = ObjectTree.of("component", component);
            event.put("source", host.isEmpty() ? source : source.with("host", host))
                    .put("reportingInstance", host)
                    .put("firstTimestamp", Views.tree(record.at()))
                    .put("lastTimestamp", Views.tree(record.at()))
                    .put("count", 1);
        } else {
            event.put("action", record.action())
                    .put("eventTime", Views.microTime(record.at()))
                    .put("reportingInstance", host.isEmpty() ? component : component + "-" + host);
            if (record.related() != null) event.put("related", (Tree) record.related());
        }
        return Event.of(event.build());
    }

    /// Sixteen hexadecimal digits that no other event of this recorder has: its time in nanoseconds.
    private String suffix(Instant at) {
        long nanos = at.getEpochSecond() * 1_000_000_000L + at.getNano();
        lastName = Math.max(nanos, lastName + 1);
        return String.format("%016x", lastName);
    }

    private static String namespaceOf(ObjectTree reference) {
        return reference.text("namespace").isEmpty() ? "default" : reference.text("namespace");
    }

    private static String objectKey(ObjectTree reference) {
        return String.join(
                "/",
                reference.text("apiVersion"),
                reference.text("kind"),
                reference.text("namespace"),
                reference.text("name"),
                reference.text("uid"),
                reference.text("fieldPath"));
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
