package io.amphora.controllers;

import io.amphora.api.ApiException;
import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.Pods;
import io.amphora.client.Client;
import io.amphora.client.Informer;
import io.amphora.machinery.tree.ObjectTree;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Binds Pods to three nodes in turn; those of a node selector or an affinity by name to that node.
final class TestBinder implements Informer.Handler<Pod> {
    private final Client client;
    private final AtomicInteger turn = new AtomicInteger();

    TestBinder(Client client) {
        this.client = client;
    }

    @Override
    public void changed(@Nullable Pod before, @Nullable Pod now) {
        if (now == null
                || !now.spec().nodeName().isEmpty()
                || now.metadata().findDeletionTimestamp().isPresent()) return;
        if (now.spec().nodeSelector().containsKey("no")) return;
        String text = now.spec().affinity().toString() + now.spec().nodeSelector();
        String node = "node-" + turn.getAndIncrement() % 3;
        for (String each : new String[] {"node-0", "node-1", "node-2"}) if (text.contains(each)) node = each;
        var binding = ObjectTree.of(
                "apiVersion",
                "v1",
                "kind",
                "Binding",
                "metadata",
                ObjectTree.of("name", now.name(), "namespace", now.namespace()),
                "target",
                ObjectTree.of("apiVersion", "v1", "kind", "Node", "name", node));
        Thread.ofVirtual().start(() -> bind(now, binding));
    }

    private void bind(Pod pod, ObjectTree binding) {
        try {
            client.resource(Pods.DEFINITION)
                    .inNamespace(pod.namespace())
                    .createSubresource(pod.name(), "binding", binding);
        } catch (ApiException refused) {
            System.out.println("cannot bind " + pod.name() + ": " + refused.getMessage());
        }
    }
}
