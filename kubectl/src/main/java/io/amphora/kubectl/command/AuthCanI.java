package io.amphora.kubectl.command;

import io.amphora.api.transport.ApiRequest;
import io.amphora.client.Discovery.Kind;
import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.Session;
import io.amphora.kubectl.output.TabWriter;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// `auth can-i`: whether an action is allowed, or all that is.
final class AuthCanI implements Command {
    private static final Set<String> VERBS = Set.of(
            "get",
            "list",
            "watch",
            "create",
            "update",
            "patch",
            "delete",
            "deletecollection",
            "use",
            "bind",
            "impersonate",
            "*",
            "approve",
            "sign",
            "escalate",
            "attest");
    private static final Set<String> PATH_VERBS =
            Set.of("get", "put", "post", "head", "options", "delete", "patch", "*");

    @Override
    public String name() {
        return "can-i";
    }

    @Override
    public String summary() {
        return "Check whether an action is allowed";
    }

    @Override
    public String usage() {
        return "kubectl auth can-i VERB [TYPE | TYPE/NAME | NONRESOURCEURL] [--list]";
    }

    @Override
    public Flags.Known flags(Flags.Known common) {
        return common.bool("all-namespaces", 'A')
                .bool("quiet", 'q')
                .bool("list", "no-headers")
                .text("subresource");
    }

    @Override
    public void run(Session session) {
        Flags flags = session.flags();
        if (flags.isSet("list")) {
            list(session);
            return;
        }
        List<String> words = flags.arguments();
        if (words.size() != 2 && words.size() != 3)
            throw Failure.plain("error: you must specify two arguments: verb resource or verb resource/resourceName.\n"
                    + "See 'kubectl auth can-i -h' for help and examples.");
        ObjectTree review = ObjectTree.of(
                "apiVersion",
                "authorization.k8s.io/v1",
                "kind",
                "SelfSubjectAccessReview",
                "spec",
                words.get(1).startsWith("/") ? path(session, words) : resource(session, words));
        ObjectTree status = session.client()
                .call(
                        "POST",
                        "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
                        Map.of(),
                        new ApiRequest.Body.Value("application/json", review))
                .object("status");
        boolean allowed = status.bool("allowed");
        if (!flags.isSet("quiet")) {
            String reason = status.text("reason");
            String error = status.text("evaluationError");
            session.print((allowed ? "yes" : "no")
                    + (reason.isEmpty() || allowed ? "" : " - " + reason)
                    + (error.isEmpty() ? "" : " - " + error));
        }
        if (!allowed) throw Failure.silent(1);
    }

    private static ObjectTree path(Session session, List<String> words) {
        if (!session.flags().text("subresource").isEmpty())
            throw Failure.error("--subresource can not be used with NonResourceURL");
        if (words.size() == 3) throw Failure.error("NonResourceURL and ResourceName can not specified together");
        if (!PATH_VERBS.contains(words.getFirst()))
            session.warn("Warning: verb '" + words.getFirst() + "' is not a known verb\n");
        return ObjectTree.of("nonResourceAttributes", ObjectTree.of("path", words.get(1), "verb", words.getFirst()));
    }

    private static ObjectTree resource(Session session, List<String> words) {
        Flags flags = session.flags();
        String verb = words.getFirst();
        String[] parts = words.get(1).split("/", 2);
        String subresource = flags.text("subresource");
        String name = words.size() == 3 ? words.get(2) : "";
        if (parts.length == 2) name = parts[1];
        if (!VERBS.contains(verb)) session.warn("Warning: verb '" + verb + "' is not a known verb\n");
        Optional<Kind> kind =
                parts[0].equals("*") ? Optional.empty() : session.kinds().findNamed(parts[0]);
        String group = parts[0].equals("*")
                ? "*"
                : kind.map(each -> each.gvk().group()).orElse("");
        String plural = kind.map(Kind::plural).orElse(parts[0]);
        if (kind.isEmpty() && !parts[0].equals("*")) {
            String[] named = parts[0].split("\\.", 2);
            plural = named[0];
            group = named.length == 2 ? named[1] : "";
            session.warn(
                    group.isEmpty()
                            ? "Warning: the server doesn't have a resource type '" + plural + "'\n"
                            : "Warning: the server doesn't have a resource type '" + plural + "' in group '" + group
                                    + "'\n");
        }
        boolean everywhere = flags.isSet("all-namespaces");
        if (kind.isPresent() && !kind.get().namespaced() && !everywhere) {
            String suffix = group.isEmpty() ? "" : "' in group '" + group;
            session.warn("Warning: resource '" + plural + suffix + "' is not namespace scoped\n");
        }
        ObjectTree attributes = ObjectTree.of("verb", verb, "group", group, "resource", plural);
        if (!everywhere) attributes = attributes.with("namespace", session.namespace());
        if (!subresource.isEmpty()) attributes = attributes.with("subresource", subresource);
        if (!name.isEmpty()) attributes = attributes.with("name", name);
        return ObjectTree.of("resourceAttributes", attributes);
    }

    private static void list(Session session) {
        ObjectTree review = ObjectTree.of(
                "apiVersion",
                "authorization.k8s.io/v1",
                "kind",
                "SelfSubjectRulesReview",
                "spec",
                ObjectTree.of("namespace", session.namespace()));
        ObjectTree status = session.client()
                .call(
                        "POST",
                        "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews",
                        Map.of(),
                        new ApiRequest.Body.Value("application/json", review))
                .object("status");
        var rows = new ArrayList<String>();
        if (!session.flags().isSet("no-headers")) rows.add("Resources\tNon-Resource URLs\tResource Names\tVerbs");
        var resources = new ArrayList<String>();
        for (Tree each : status.list("resourceRules")) {
            ObjectTree rule = each.object();
            for (Tree group : rule.list("apiGroups"))
                for (Tree resource : rule.list("resources"))
                    resources.add(named(text(resource), text(group)) + "\t[]\t" + list(rule.list("resourceNames"))
                            + "\t" + list(rule.list("verbs")));
        }
        resources.sort(null);
        rows.addAll(resources);
        for (Tree each : status.list("nonResourceRules"))
            for (Tree path : each.object().list("nonResourceURLs"))
                rows.add("\t[" + text(path) + "]\t[]\t" + list(each.object().list("verbs")));
        new TabWriter(6, 3).align(rows).forEach(session::print);
        if (status.bool("incomplete"))
            session.warn("warning: the list may be incomplete: " + status.text("evaluationError"));
    }

    /// `pods/log`, `deployments.apps`, `deployments.apps/scale`.
    private static String named(String resource, String group) {
        if (group.isEmpty()) return resource;
        int slash = resource.indexOf('/');
        return slash < 0
                ? resource + "." + group
                : resource.substring(0, slash) + "." + group + resource.substring(slash);
    }

    private static String text(Tree tree) {
        String text = tree.text();
        return text == null ? "" : text;
    }

    private static String list(ListTree list) {
        return "[" + list.stream().map(AuthCanI::text).collect(Collectors.joining(" ")) + "]";
    }
}
