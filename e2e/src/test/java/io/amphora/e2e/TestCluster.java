package io.amphora.e2e;

import io.amphora.e2e.TestMachine.Result;
import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.List;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;

/// The cluster of a [TestMachine], seen through kubectl.
record TestCluster(TestMachine machine) {

    /// With the built-in kubectl.
    Result kubectl(String... arguments) {
        return machine.kubectl(TestMachine.builtIn(), arguments);
    }

    ObjectTree get(String kind, String name) {
        return Json.read(kubectl("get", kind, name, "-o", "json").ok().out()).object();
    }

    List<ObjectTree> list(String kind) {
        return list(kind, "");
    }

    List<ObjectTree> list(String kind, String selector) {
        return Json.read(kubectl("get", kind, "-l", selector, "-o", "json").ok().out()).object().list("items").stream()
                .map(Tree::object)
                .toList();
    }

    boolean isNodeReady(String name) {
        return list("nodes").stream().anyMatch(node -> name(node).equals(name) && isReady(node));
    }

    String clusterIp(String service) {
        return get("service", service).object("spec").text("clusterIP");
    }

    static String name(ObjectTree object) {
        return object.object("metadata").text("name");
    }

    static String nodeOf(ObjectTree pod) {
        return pod.object("spec").text("nodeName");
    }

    /// Whether a Pod or Node says so, and is not on its way out.
    static boolean isReady(ObjectTree object) {
        return !object.object("metadata").has("deletionTimestamp")
                && object.object("status").list("conditions").stream()
                        .map(Tree::object)
                        .anyMatch(condition -> condition.text("type").equals("Ready")
                                && condition.text("status").equals("True"));
    }

    static long restarts(ObjectTree pod) {
        return pod.object("status").list("containerStatuses").stream()
                .mapToLong(each -> each.object().whole("restartCount"))
                .sum();
    }

    /// Prints what explains a failure, when a test has one.
    abstract static class Logs implements TestWatcher {
        abstract TestCluster cluster();

        @Override
        public void testFailed(ExtensionContext context, Throwable cause) {
            System.out.println("e2e: " + context.getDisplayName() + " failed");
            System.out.println(cluster().machine().amphora("status").out());
            System.out.println(cluster().kubectl("get", "events", "-A").out());
            System.out.println(cluster().machine().logs());
        }
    }
}
