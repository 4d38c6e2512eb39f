package io.amphora.api.core.v1;

import io.amphora.api.Cells;
import io.amphora.api.Columns;
import io.amphora.api.MetadataChecks;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.Strategy;
import io.amphora.api.validation.Checks;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Something that happened to an object, for people to read.
public final class Events {
    public static final ResourceDefinition<Event> DEFINITION = ResourceDefinition.of("v1", "Event", Event::of)
            .shortNames("ev")
            .namespaced()
            .strategy(new Rules())
            .columns(Columns.<Event>builder()
                    .add(
                            new Columns.Column("Last Seen", "string", "", "How long ago it happened last.", 0),
                            (event, now) -> Columns.since(lastSeen(event).orElse(null), now))
                    .text("Type", "Normal or Warning.", Event::type)
                    .text("Reason", "Why, in a word.", Event::reason)
                    .text("Object", "What it happened to.", Events::objectCell)
                    .wide(
                            "Subobject",
                            "Which part of it.",
                            event -> event.involvedObject().fieldPath())
                    .wide("Source", "Who reports it.", Events::sourceCell)
                    .text("Message", "What happened.", event -> event.message().strip())
                    .add(
                            new Columns.Column("First Seen", "string", "", "How long ago it happened first.", 1),
                            (event, now) -> Columns.since(firstSeen(event).orElse(null), now))
                    .wide("Count", "How often it happened.", Events::count)
                    .add(
                            new Columns.Column("Name", "string", "name", "The event's own name.", 1),
                            (event, now) -> event.name())
                    .build())
            .build();

    private static final int MOST_NAME = 128;
    private static final int MOST_MESSAGE = 1024;

    private Events() {}

    private static Optional<Instant> firstSeen(Event event) {
        return event.findFirstTimestamp().or(event::findEventTime);
    }

    private static Optional<Instant> lastSeen(Event event) {
        if (event.findSeries().isPresent()) return event.series().findLastObservedTime();
        return event.findLastTimestamp().or(() -> firstSeen(event));
    }

    private static int count(Event event) {
        if (event.findSeries().isPresent()) return event.series().count();
        return event.count() == 0 ? 1 : event.count();
    }

    private static String objectCell(Event event) {
        String kind = event.involvedObject().kind().toLowerCase(Locale.ROOT);
        String name = event.involvedObject().name();
        return name.isEmpty() ? kind : kind + "/" + name;
    }

    private static String sourceCell(Event event) {
        String component = Cells.or(event.source().component(), event.reportingComponent());
        String host = Cells.or(event.source().host(), event.reportingInstance());
        return host.isEmpty() ? component : component + ", " + host;
    }

    private static final class Rules implements Strategy<Event> {
        @Override
        public MetadataChecks metadataChecks() {
            return MetadataChecks.NONE;
        }

        @Override
        public void validate(Event event, FieldErrors errors) {
            String namespace = event.involvedObject().namespace();
            String own = event.namespace();
            FieldPath at = FieldPath.of("involvedObject").child("namespace");
            String differs = "does not match event.namespace";
            if (event.findEventTime().isEmpty()) {
                boolean agrees = namespace.isEmpty() ? own.isEmpty() || own.equals("default") : namespace.equals(own);
                if (!agrees) errors.invalid(at, namespace, differs);
                return;
            }
            if (namespace.isEmpty() && !own.equals("default") && !own.equals("kube-system"))
                errors.invalid(at, namespace, differs);
            reported(event, errors);
        }

        /// Events that carry the exact time are of the newer sort, of which more is asked.
        private static void reported(Event event, FieldErrors errors) {
            FieldPath controller = FieldPath.of("reportingComponent");
            Checks.required(event.reportingComponent(), controller, errors);
            Checks.qualifiedName(event.reportingComponent(), controller, errors);
            bounded(event.reportingInstance(), FieldPath.of("reportingInstance"), errors);
            bounded(event.action(), FieldPath.of("action"), errors);
            bounded(event.reason(), FieldPath.of("reason"), errors);
            if (event.message().length() > MOST_MESSAGE)
                errors.invalid(FieldPath.of("message"), "", "can have at most " + MOST_MESSAGE + " characters");
        }

        private static void bounded(String text, FieldPath at, FieldErrors errors) {
            Checks.required(text, at, errors);
            if (text.length() > MOST_NAME) errors.invalid(at, "", "can have at most " + MOST_NAME + " characters");
        }

        @Override
        public boolean hasGeneration() {
            return false;
        }

        @Override
        public boolean allowCreateOnUpdate() {
            return true;
        }

        @Override
        public String nameFormat() {
            return "path-segment";
        }

        @Override
        public List<String> selectableFieldLabels() {
            return List.of(
                    "involvedObject.kind",
                    "involvedObject.namespace",
                    "involvedObject.name",
                    "involvedObject.uid",
                    "involvedObject.apiVersion",
                    "involvedObject.resourceVersion",
                    "involvedObject.fieldPath",
                    "reason",
                    "reportingComponent",
                    "source",
                    "type");
        }

        @Override
        public Map<String, String> selectableFields(Event event) {
            ObjectReference about = event.involvedObject();
            return Map.ofEntries(
                    Map.entry("involvedObject.kind", about.kind()),
                    Map.entry("involvedObject.namespace", about.namespace()),
                    Map.entry("involvedObject.name", about.name()),
                    Map.entry("involvedObject.uid", about.uid()),
                    Map.entry("involvedObject.apiVersion", about.apiVersion()),
                    Map.entry("involvedObject.resourceVersion", about.resourceVersion()),
                    Map.entry("involvedObject.fieldPath", about.fieldPath()),
                    Map.entry("reason", event.reason()),
                    Map.entry("reportingComponent", event.reportingComponent()),
                    Map.entry("source", Cells.or(event.source().component(), event.reportingComponent())),
                    Map.entry("type", event.type()));
        }
    }
}
