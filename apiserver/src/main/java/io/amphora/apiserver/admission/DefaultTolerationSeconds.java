package io.amphora.apiserver.admission;

import io.amphora.apiserver.admission.AdmissionRequest.Operation;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.List;

/// Lets Pods that say nothing of it stay five minutes on a node that is not ready or cannot be reached.
public final class DefaultTolerationSeconds implements AdmissionPlugin {
    private static final int SECONDS = 300;
    private static final List<String> TAINTS =
            List.of("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable");

    @Override
    public String name() {
        return "DefaultTolerationSeconds";
    }

    @Override
    public ObjectTree mutate(AdmissionRequest request, ObjectTree object) {
        if (!request.is("", "Pod", Operation.CREATE, Operation.UPDATE)) return object;
        ListTree tolerations = object.object("spec").list("tolerations");
        ListTree all = tolerations;
        for (String taint : TAINTS)
            if (tolerations.stream().map(Tree::object).noneMatch(each -> bears(each, taint)))
                all = all.plus(ObjectTree.of(
                        "key", taint, "operator", "Exists", "effect", "NoExecute", "tolerationSeconds", SECONDS));
        return all == tolerations ? object : object.withAt(all, "spec", "tolerations");
    }

    private static boolean bears(ObjectTree toleration, String taint) {
        String key = toleration.text("key");
        String effect = toleration.text("effect");
        return (key.isEmpty() || key.equals(taint)) && (effect.isEmpty() || effect.equals("NoExecute"));
    }
}
