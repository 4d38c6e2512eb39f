package io.amphora.apiserver.admission;

import io.amphora.apiserver.admission.AdmissionRequest.Operation;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;

/// Lets Pods that say nothing of it stay for a while on a node that is not ready or cannot be reached.
///
/// @param notReady, unreachable seconds
public record DefaultTolerationSeconds(int notReady, int unreachable) implements AdmissionPlugin {
    /// Five minutes.
    public static final int USUAL = 300;

    public DefaultTolerationSeconds() {
        this(USUAL, USUAL);
    }

    @Override
    public String name() {
        return "DefaultTolerationSeconds";
    }

    @Override
    public ObjectTree mutate(AdmissionRequest request, ObjectTree object) {
        if (!request.is("", "Pod", Operation.CREATE, Operation.UPDATE)) return object;
        ListTree tolerations = object.object("spec").list("tolerations");
        ListTree all = with(tolerations, "node.kubernetes.io/not-ready", notReady);
        all = with(all, "node.kubernetes.io/unreachable", unreachable);
        return all == tolerations ? object : object.withAt(all, "spec", "tolerations");
    }

    private static ListTree with(ListTree tolerations, String taint, int seconds) {
        if (tolerations.stream().map(Tree::object).anyMatch(each -> bears(each, taint))) return tolerations;
        return tolerations.plus(
                ObjectTree.of("key", taint, "operator", "Exists", "effect", "NoExecute", "tolerationSeconds", seconds));
    }

    private static boolean bears(ObjectTree toleration, String taint) {
        String key = toleration.text("key");
        String effect = toleration.text("effect");
        return (key.isEmpty() || key.equals(taint)) && (effect.isEmpty() || effect.equals("NoExecute"));
    }
}
