package io.amphora.controllers.daemonset;

import io.amphora.api.core.v1.Node;
import io.amphora.api.core.v1.PodSpec;
import io.amphora.api.core.v1.Taint;
import io.amphora.api.core.v1.Toleration;
import io.amphora.api.placement.NodeSelectors;
import io.amphora.api.placement.Tolerations;
import java.util.List;

/// Whether a node suits a daemon, by name, labels and taints. Resources are the scheduler's affair.
///
/// @param shouldRun a Pod is to be made there
/// @param mayStay a Pod that is there is left alone
record NodeFit(boolean shouldRun, boolean mayStay) {

    static NodeFit of(PodSpec spec, List<Toleration> tolerations, Node node) {
        boolean named = spec.nodeName().isEmpty() || spec.nodeName().equals(node.name());
        if (!named || !NodeSelectors.select(spec, node)) return new NodeFit(false, false);
        boolean shouldRun = true;
        boolean mayStay = true;
        for (Taint taint : node.spec().taints()) {
            if (taint.effect().equals("PreferNoSchedule") || Tolerations.tolerate(tolerations, taint)) continue;
            shouldRun = false;
            mayStay &= !taint.effect().equals("NoExecute");
        }
        return new NodeFit(shouldRun, mayStay);
    }
}
