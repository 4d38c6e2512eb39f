package io.amphora.kubectl.command.create;

import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.Session;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// `create ingress`
final class CreateIngress extends Creator {
    CreateIngress() {
        super(
                "ingress",
                "Create an ingress with the specified name",
                "NAME --rule=host/path=service:port[,tls[=secret]]");
    }

    @Override
    public List<String> aliases() {
        return List.of("ing");
    }

    @Override
    String failing() {
        return "failed to create ingress: ";
    }

    private static final Pattern RULE = Pattern.compile(
            "(?<host>[\\w*.-]*)(?<path>/[^=]*)=(?<service>[\\w-]+):(?<port>[\\w-]+)(,tls(=(?<secret>[\\w.-]*))?)?");

    @Override
    Flags.Known own(Flags.Known known) {
        return known.text("class", "default-backend").list("rule", "annotation");
    }

    @Override
    ObjectTree object(Session session, String name) {
        Flags flags = session.flags();
        List<String> rules = flags.list("rule");
        String fallback = flags.text("default-backend");
        if (rules.isEmpty() && fallback.isEmpty())
            throw Failure.error("not enough information provided: every ingress has to either specify a default-backend"
                    + " (which catches all traffic) or a list of rules (which catch specific paths)");
        ObjectTree spec = ObjectTree.EMPTY;
        if (flags.has("class")) spec = spec.with("ingressClassName", flags.text("class"));
        if (!fallback.isEmpty()) {
            String[] parts = fallback.split(":", 2);
            if (parts.length != 2 || parts[0].isEmpty() || parts[1].isEmpty())
                throw Failure.error("default-backend should be in format servicename:serviceport");
            spec = spec.with("defaultBackend", backend(parts[0], parts[1]));
        }
        var hosts = new LinkedHashMap<String, List<ObjectTree>>();
        var secrets = new LinkedHashMap<String, List<String>>();
        for (String rule : rules) add(rule, hosts, secrets);
        if (!secrets.isEmpty()) spec = spec.with("tls", ListTree.from(tls(secrets)));
        if (!hosts.isEmpty()) spec = spec.with("rules", ListTree.from(rules(hosts)));
        ObjectTree ingress = Objects.of("networking.k8s.io/v1", "Ingress", name)
                .with("spec", spec)
                .with("status", ObjectTree.of("loadBalancer", ObjectTree.EMPTY));
        ObjectTree annotations = ObjectTree.EMPTY;
        for (String annotation : flags.list("annotation")) {
            String[] parts = annotation.split("=", 2);
            if (parts.length != 2 || parts[0].isEmpty())
                throw Failure.error("annotation " + annotation + " is invalid and should be in format key=[value]");
            annotations = annotations.with(parts[0], parts[1]);
        }
        return annotations.isEmpty() ? ingress : ingress.withAt(annotations, "metadata", "annotations");
    }

    private static void add(String rule, Map<String, List<ObjectTree>> hosts, Map<String, List<String>> secrets) {
        Matcher parts = RULE.matcher(rule);
        if (!parts.matches())
            throw Failure.error("rule " + rule + " is invalid and should be in format"
                    + " host/path=svcname:svcport[,tls[=secret]]");
        String host = parts.group("host");
        String path = parts.group("path");
        boolean prefix = path.endsWith("*");
        hosts.computeIfAbsent(host, any -> new ArrayList<>())
                .add(ObjectTree.of(
                        "path",
                        prefix ? path.substring(0, path.length() - 1) : path,
                        "pathType",
                        prefix ? "Prefix" : "Exact",
                        "backend",
                        backend(parts.group("service"), parts.group("port"))));
        if (!rule.contains(",tls")) return;
        String secret = parts.group("secret") == null ? "" : parts.group("secret");
        List<String> covered = secrets.computeIfAbsent(secret, any -> new ArrayList<>());
        if (!host.isEmpty() && !covered.contains(host)) covered.add(host);
    }

    private static ObjectTree backend(String service, String port) {
        ObjectTree target =
                port.matches("\\d+") ? ObjectTree.of("number", Long.parseLong(port)) : ObjectTree.of("name", port);
        return ObjectTree.of("service", ObjectTree.of("name", service, "port", target));
    }

    private static List<ObjectTree> tls(Map<String, List<String>> secrets) {
        var all = new ArrayList<ObjectTree>();
        secrets.forEach((secret, hosts) -> {
            ObjectTree tls = ObjectTree.EMPTY;
            if (!hosts.isEmpty()) tls = tls.with("hosts", Objects.texts(hosts));
            all.add(secret.isEmpty() ? tls : tls.with("secretName", secret));
        });
        return all;
    }

    private static List<ObjectTree> rules(Map<String, List<ObjectTree>> hosts) {
        var all = new ArrayList<ObjectTree>();
        hosts.forEach((host, paths) -> {
            ObjectTree rule = ObjectTree.of("http", ObjectTree.of("paths", paths));
            all.add(host.isEmpty() ? rule : rule.with("host", host));
        });
        return all;
    }
}
