package io.amphora.apiserver.subresource;

import io.amphora.apiserver.registry.Times;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.time.Instant;
import java.util.ArrayList;

/// Sets conditions in a Pod's status.
final class PodConditions {
    private PodConditions() {}

    static ObjectTree set(ObjectTree pod, String type, String reason, String message, Instant now) {
        var condition = ObjectTree.builder()
                .put("type", type)
                .put("status", "True")
                .put("lastProbeTime", Tree.NULL)
                .put("lastTransitionTime", Times.seconds(now));
        if (!reason.isEmpty()) condition.put("reason", reason);
        if (!message.isEmpty()) condition.put("message", message);
        var conditions = new ArrayList<Tree>();
        boolean replaced = false;
        for (Tree each : pod.object("status").list("conditions")) {
            boolean same = each.object().text("type").equals(type);
            replaced |= same;
            conditions.add(same ? condition.build() : each);
        }
        if (!replaced) conditions.add(condition.build());
        return pod.withAt(new ListTree(conditions), "status", "conditions");
    }
}
