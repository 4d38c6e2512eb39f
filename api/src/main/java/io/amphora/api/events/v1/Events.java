package io.amphora.api.events.v1;

import io.amphora.api.ResourceDefinition;
import io.amphora.api.Strategy;
import io.amphora.api.validation.Checks;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.tree.ObjectTree;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Events under their newer group. They are the same objects as the core group's, and stored in its form.
public final class Events {
    private static final ResourceDefinition<io.amphora.api.core.v1.Event> STORED =
            io.amphora.api.core.v1.Events.DEFINITION;

    public static final ResourceDefinition<Event> DEFINITION = ResourceDefinition.of(
                    "events.k8s.io/v1", "Event", Event::of)
            .shortNames("ev")
            .namespaced()
            .strategy(new Rules())
            .columns(STORED.columns().via(event -> STORED.view(EventForms.toCore(event.tree()))))
            .storedAs(STORED, EventForms::toCore, EventForms::fromCore)
            .build();

    private Events() {}

    private static final class Rules implements Strategy<Event> {
        /// Fields of the stored form that stay, and what messages call them.
        private static final Map<String, String> FIXED = fixed();

        private static Map<String, String> fixed() {
            var fields = new LinkedHashMap<String, String>();
            for (String name : List.of(
                    "involvedObject",
                    "reason",
                    "message",
                    "source",
                    "firstTimestamp",
                    "lastTimestamp",
                    "count",
                    "type",
                    "eventTime",
                    "action",
                    "related")) fields.put(name, name);
            fields.put("reportingComponent", "reportingController");
            fields.put("reportingInstance", "reportingInstance");
            return fields;
        }

        /// Stricter than the core group, which clients of old write to.
        @Override
        public void validate(Event event, FieldErrors errors) {
            Checks.subdomain(event.name(), FieldPath.of("metadata").child("name"), errors);
            series(event, errors);
            if (event.findEventTime().isEmpty()) errors.required(FieldPath.of("eventTime"), "");
            if (!event.type().equals("Normal") && !event.type().equals("Warning"))
                errors.invalid(FieldPath.of("type"), "", "has invalid value: " + event.type());
            String unset = "needs to be unset";
            if (event.findDeprecatedFirstTimestamp().isPresent())
                errors.invalid(FieldPath.of("firstTimestamp"), "", unset);
            if (event.findDeprecatedLastTimestamp().isPresent())
                errors.invalid(FieldPath.of("lastTimestamp"), "", unset);
            if (event.deprecatedCount() != 0) errors.invalid(FieldPath.of("count"), "", unset);
            if (!event.deprecatedSource().component().isEmpty()
                    || !event.deprecatedSource().host().isEmpty()) errors.invalid(FieldPath.of("source"), "", unset);
        }

        /// Only the series goes on; the paths are those of the stored form.
        @Override
        public void validateUpdate(Event updated, Event stored, FieldErrors errors) {
            if (!updated.series().equals(stored.series())) series(updated, errors);
            ObjectTree now = EventForms.toCore(updated.tree());
            ObjectTree before = EventForms.toCore(stored.tree());
            for (var field : FIXED.entrySet())
                Checks.immutable(
                        now.get(field.getKey()), before.get(field.getKey()), FieldPath.of(field.getValue()), errors);
        }

        @Override
        public boolean validatesUpdateAlone() {
            return true;
        }

        private static void series(Event event, FieldErrors errors) {
            event.findSeries().ifPresent(series -> {
                FieldPath at = FieldPath.of("series");
                if (series.count() < 2) errors.invalid(at.child("count"), "", "should be at least 2");
                if (series.findLastObservedTime().isEmpty()) errors.required(at.child("lastObservedTime"), "");
            });
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
        public List<String> selectableFieldLabels() {
            return STORED.strategy().selectableFieldLabels().stream()
                    .map(Rules::renamed)
                    .toList();
        }

        @Override
        public Map<String, String> selectableFields(Event event) {
            var fields = new HashMap<String, String>();
            STORED.strategy()
                    .selectableFields(STORED.view(EventForms.toCore(event.tree())))
                    .forEach((label, value) -> fields.put(renamed(label), value));
            return fields;
        }

        private static String renamed(String label) {
            return label.equals("reportingComponent")
                    ? "reportingController"
                    : label.replace("involvedObject.", "regarding.");
        }
    }
}
