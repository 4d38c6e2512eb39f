package io.amphora.kubectl.command;

import io.amphora.client.Discovery.Kind;
import io.amphora.client.PatchType;
import io.amphora.kubectl.DryRun;
import io.amphora.kubectl.Failure;
import io.amphora.kubectl.KindTable;
import io.amphora.kubectl.Manifests;
import io.amphora.kubectl.Selection;
import io.amphora.kubectl.Selection.Found;
import io.amphora.kubectl.Session;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.List;
import java.util.function.Consumer;

/// What the commands below `rollout` share: they follow, stop, repeat and undo the change from one template to the
/// next.
final class Rollout {
    private Rollout() {}

    static Command command() {
        return new Command.Group(
                "rollout",
                "Manage the rollout of a resource",
                List.of(
                        new RolloutHistory(),
                        new RolloutPause(true),
                        new RolloutRestart(),
                        new RolloutPause(false),
                        new RolloutStatus(),
                        new RolloutUndo()));
    }

    static void each(Session session, Consumer<Found> work) {
        if (session.flags().arguments().isEmpty() && !Manifests.named(session.flags()))
            throw Failure.error("required resource not specified");
        int count =
                Selection.each(session, Selection.Rules.BARE, session.flags().arguments(), work);
        if (count == 0) session.warn("No resources found in " + session.namespace() + " namespace.");
    }

    static void require(Found found, String doing, String... plurals) {
        Kind kind = found.kind();
        if (!List.of(plurals).contains(kind.plural()))
            throw Failure.error(named(found) + " " + doing + " is not supported");
    }

    /// `deployments.apps "web"`.
    static String named(Found found) {
        return KindTable.pluralName(found.kind()) + " \"" + found.name() + "\"";
    }

    /// @return the object afterwards; as it was, when nothing is to be written
    static ObjectTree write(Session session, Found found, PatchType type, Tree patch) {
        if (DryRun.of(session.flags()) == DryRun.CLIENT) return found.object();
        return found.resource(session)
                .patch(found.name(), type, patch, session.writing("kubectl-rollout"), "")
                .tree();
    }
}
