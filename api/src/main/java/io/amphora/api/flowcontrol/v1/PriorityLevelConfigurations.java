package io.amphora.api.flowcontrol.v1;

import io.amphora.api.Cells;
import io.amphora.api.Columns;
import io.amphora.api.Defaults;
import io.amphora.api.MetadataChecks;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.SpecAndStatus;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.tree.ObjectTree;
import java.util.List;

/// How many requests of a level are served at once, and what becomes of more.
public final class PriorityLevelConfigurations {
    public static final ResourceDefinition<PriorityLevelConfiguration> DEFINITION = ResourceDefinition.of(
                    "flowcontrol.apiserver.k8s.io/v1", "PriorityLevelConfiguration", PriorityLevelConfiguration::of)
            .subresources("status")
            .strategy(new Rules())
            .columns(Columns.<PriorityLevelConfiguration>builder()
                    .name()
                    .text(
                            "Type",
                            "Whether there is a limit.",
                            level -> level.spec().type())
                    .text(
                            "NominalConcurrencyShares",
                            "Its share of what is served at once.",
                            level -> limited(level, "nominalConcurrencyShares"))
                    .text("Queues", "How many queues there are.", level -> queuing(level, "queues"))
                    .text("HandSize", "In how many of them a flow may stand.", level -> queuing(level, "handSize"))
                    .text(
                            "QueueLengthLimit",
                            "How many requests a queue takes.",
                            level -> queuing(level, "queueLengthLimit"))
                    .age()
                    .build())
            .build();

    private static final FieldPath SPEC = FieldPath.of("spec");

    private PriorityLevelConfigurations() {}

    private static Object limited(PriorityLevelConfiguration level, String name) {
        return level.spec().findLimited().isEmpty()
                ? Cells.NONE
                : level.spec().limited().tree().whole(name);
    }

    private static Object queuing(PriorityLevelConfiguration level, String name) {
        LimitResponse response = level.spec().limited().limitResponse();
        return response.findQueuing().isEmpty()
                ? Cells.NONE
                : response.queuing().tree().whole(name);
    }

    private static final class Rules extends SpecAndStatus<PriorityLevelConfiguration> {
        @Override
        public MetadataChecks metadataChecks() {
            return MetadataChecks.OBJECT;
        }

        private static final int MOST_QUEUES = 10_000_000;

        /// Bits of the hash from which a flow's hand is dealt.
        private static final int HASH_BITS = 60;

        Rules() {
            super(PriorityLevelConfiguration::of);
        }

        @Override
        public PriorityLevelConfiguration withDefaults(PriorityLevelConfiguration level) {
            return PriorityLevelConfiguration.of(Defaults.inNew(level.tree(), "spec", Rules::defaults));
        }

        private static ObjectTree defaults(ObjectTree spec) {
            ObjectTree tree = spec;
            if (tree.text("type").equals("Exempt")) tree = Defaults.absent(tree, "exempt", ObjectTree.EMPTY);
            tree = Defaults.in(tree, "exempt", exempt -> shares(exempt, 0));
            return Defaults.in(
                    tree,
                    "limited",
                    limited -> Defaults.in(
                            shares(limited, 30),
                            "limitResponse",
                            response -> Defaults.in(response, "queuing", Rules::queuing)));
        }

        private static ObjectTree shares(ObjectTree level, int shares) {
            return Defaults.absent(Defaults.absent(level, "nominalConcurrencyShares", shares), "lendablePercent", 0);
        }

        private static ObjectTree queuing(ObjectTree queuing) {
            ObjectTree tree = Defaults.zero(queuing, "handSize", 8);
            return Defaults.zero(Defaults.zero(tree, "queues", 64), "queueLengthLimit", 50);
        }

        @Override
        public void validate(PriorityLevelConfiguration level, FieldErrors errors) {
            PriorityLevelConfigurationSpec spec = level.spec();
            boolean exempt = spec.type().equals("Exempt");
            if (level.name().equals("exempt") != exempt)
                errors.invalid(SPEC.child("type"), spec.type(), "must be 'Exempt' if and only if `name` is 'exempt'");
            FieldPath limited = SPEC.child("limited");
            switch (spec.type()) {
                case "Exempt" -> {
                    if (spec.findLimited().isPresent())
                        errors.forbidden(limited, "must be nil if the type is not Limited");
                    shares(spec.exempt().tree(), SPEC.child("exempt"), errors);
                }
                case "Limited" -> {
                    if (spec.findExempt().isPresent())
                        errors.forbidden(SPEC.child("exempt"), "must be nil if the type is Limited");
                    if (spec.findLimited().isEmpty())
                        errors.required(limited, "must not be empty when type is Limited");
                    else limited(spec.limited(), limited, errors);
                }
                default -> errors.notSupported(SPEC.child("type"), spec.type(), List.of("Exempt", "Limited"));
            }
        }

        private static void shares(ObjectTree level, FieldPath at, FieldErrors errors) {
            long shares = level.whole("nominalConcurrencyShares");
            if (shares < 0)
                errors.invalid(at.child("nominalConcurrencyShares"), shares, "must be a non-negative integer");
            long lendable = level.whole("lendablePercent");
            if (lendable < 0 || lendable > 100)
                errors.invalid(at.child("lendablePercent"), lendable, "must be between 0 and 100, inclusive");
        }

        private static void limited(LimitedPriorityLevelConfiguration limited, FieldPath at, FieldErrors errors) {
            shares(limited.tree(), at, errors);
            response(limited.limitResponse(), at.child("limitResponse"), errors);
            if (limited.borrowingLimitPercent() < 0)
                errors.invalid(
                        at.child("borrowingLimitPercent"),
                        limited.borrowingLimitPercent(),
                        "if specified, must be a non-negative integer");
        }

        private static void response(LimitResponse response, FieldPath at, FieldErrors errors) {
            FieldPath queuing = at.child("queuing");
            boolean queues = response.findQueuing().isPresent();
            switch (response.type()) {
                case "Reject" -> {
                    if (queues) errors.forbidden(queuing, "must be nil if limited.limitResponse.type is not Limited");
                }
                case "Queue" -> {
                    if (queues) queuing(response.queuing(), queuing, errors);
                    else errors.required(queuing, "must not be empty if limited.limitResponse.type is Limited");
                }
                default -> errors.notSupported(at.child("type"), response.type(), List.of("Queue", "Reject"));
            }
        }

        private static void queuing(QueuingConfiguration queuing, FieldPath at, FieldErrors errors) {
            int queues = queuing.queues();
            int hand = queuing.handSize();
            if (queuing.queueLengthLimit() <= 0)
                errors.invalid(at.child("queueLengthLimit"), queuing.queueLengthLimit(), "must be positive");
            FieldPath many = at.child("queues");
            if (queues <= 0) errors.invalid(many, queues, "must be positive");
            else if (queues > MOST_QUEUES) errors.invalid(many, queues, "must not be greater than " + MOST_QUEUES);
            FieldPath size = at.child("handSize");
            if (hand <= 0) errors.invalid(size, hand, "must be positive");
            else if (hand > queues) errors.invalid(size, hand, "should not be greater than queues (" + queues + ")");
            else if (Math.ceil(Math.log(queues) / Math.log(2) * hand) > HASH_BITS)
                errors.invalid(
                        size,
                        hand,
                        "required entropy bits of deckSize " + queues + " and handSize " + hand
                                + " should not be greater than " + HASH_BITS);
        }

        @Override
        public void validateUpdate(
                String subresource,
                PriorityLevelConfiguration updated,
                PriorityLevelConfiguration stored,
                FieldErrors errors) {
            FlowRules.conditions(updated.status().tree().list("conditions"), errors);
        }
    }
}
