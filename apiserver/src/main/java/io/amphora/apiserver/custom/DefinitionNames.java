package io.amphora.apiserver.custom;

import io.amphora.api.apiextensions.v1.CustomResourceDefinition;
import io.amphora.api.apiextensions.v1.CustomResourceDefinitionCondition;
import io.amphora.api.apiextensions.v1.CustomResourceDefinitionNames;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Which names a definition gets: those that no other of its group has. Pure functions.
final class DefinitionNames {
    private DefinitionNames() {}

    /// The definition with the names it gets and what is to be said of them.
    ///
    /// @param others all definitions
    static CustomResourceDefinition decided(
            CustomResourceDefinition definition, Collection<CustomResourceDefinition> others, Instant now) {
        var resources = new HashSet<String>();
        var kinds = new HashSet<String>();
        for (CustomResourceDefinition other : others) {
            boolean rival = other.spec().group().equals(definition.spec().group())
                    && !other.name().equals(definition.name());
            if (!rival) continue;
            CustomResourceDefinitionNames taken = other.status().acceptedNames();
            resources.addAll(List.of(taken.plural(), taken.singular()));
            resources.addAll(taken.shortNames());
            kinds.addAll(List.of(taken.kind(), taken.listKind()));
        }
        return new Decision(definition, now.truncatedTo(ChronoUnit.SECONDS)).made(resources, kinds);
    }

    private static final class Decision {
        private final CustomResourceDefinition definition;
        private final CustomResourceDefinitionNames before;
        private final Instant now;
        private String reason = "NoConflicts";
        private String message = "no conflicts found";

        Decision(CustomResourceDefinition definition, Instant now) {
            this.definition = definition;
            this.before = definition.status().acceptedNames();
            this.now = now;
        }

        CustomResourceDefinition made(Set<String> resources, Set<String> kinds) {
            CustomResourceDefinitionNames asked = definition.spec().names();
            CustomResourceDefinitionNames names = before;
            if (isFree(asked.plural(), before.plural(), resources, "PluralConflict"))
                names = names.withPlural(asked.plural());
            if (isFree(asked.singular(), before.singular(), resources, "SingularConflict"))
                names = names.withSingular(asked.singular());
            if (areFree(asked.shortNames(), resources))
                names = asked.shortNames().isEmpty()
                        ? names.withoutShortNames()
                        : names.withShortNames(asked.shortNames());
            if (isFree(asked.kind(), before.kind(), kinds, "KindConflict")) names = names.withKind(asked.kind());
            if (isFree(asked.listKind(), before.listKind(), kinds, "ListKindConflict"))
                names = names.withListKind(asked.listKind());
            names = asked.categories().isEmpty() ? names.withoutCategories() : names.withCategories(asked.categories());
            boolean accepted = reason.equals("NoConflicts");
            var conditions = new ArrayList<>(definition.status().conditions());
            set(conditions, condition("NamesAccepted", accepted, reason, message));
            boolean established = conditions.stream()
                    .anyMatch(condition -> condition.type().equals("Established")
                            && condition.status().equals("True"));
            if (accepted || established)
                set(
                        conditions,
                        condition("Established", true, "InitialNamesAccepted", "the initial names have been accepted"));
            else set(conditions, condition("Established", false, "NotAccepted", "not all names are accepted"));
            return definition.withStatus(
                    definition.status().withAcceptedNames(names).withConditions(conditions));
        }

        private boolean isFree(String asked, String has, Set<String> taken, String conflict) {
            if (asked.equals(has) || !taken.contains(asked)) return true;
            refuse(conflict, "\"" + asked + "\" is already in use");
            return false;
        }

        private boolean areFree(List<String> asked, Set<String> taken) {
            List<String> used = asked.stream()
                    .filter(name -> !before.shortNames().contains(name) && taken.contains(name))
                    .map(name -> "\"" + name + "\" is already in use")
                    .toList();
            if (used.isEmpty()) return true;
            refuse("ShortNamesConflict", used.size() == 1 ? used.getFirst() : "[" + String.join(", ", used) + "]");
            return false;
        }

        private void refuse(String conflict, String why) {
            reason = conflict;
            message = why;
        }

        private CustomResourceDefinitionCondition condition(String type, boolean is, String reason, String message) {
            return CustomResourceDefinitionCondition.EMPTY
                    .withType(type)
                    .withStatus(is ? "True" : "False")
                    .withReason(reason)
                    .withMessage(message)
                    .withLastTransitionTime(now);
        }
    }

    /// Puts a condition in its place; the time stays where nothing else changes.
    static void set(List<CustomResourceDefinitionCondition> conditions, CustomResourceDefinitionCondition condition) {
        for (int i = 0; i < conditions.size(); i++) {
            CustomResourceDefinitionCondition old = conditions.get(i);
            if (!old.type().equals(condition.type())) continue;
            Optional<Instant> since = old.findLastTransitionTime();
            boolean same = old.status().equals(condition.status());
            conditions.set(i, same && since.isPresent() ? condition.withLastTransitionTime(since.get()) : condition);
            return;
        }
        conditions.add(condition);
    }

    static boolean is(CustomResourceDefinition definition, String type) {
        return definition.status().conditions().stream()
                .anyMatch(condition ->
                        condition.type().equals(type) && condition.status().equals("True"));
    }
}
