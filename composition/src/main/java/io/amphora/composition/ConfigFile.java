package io.amphora.composition;

import io.amphora.apiserver.admission.AdmissionPlugin;
import io.amphora.apiserver.admission.Plugins;
import io.amphora.apiserver.admission.podsecurity.Policy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/// Reads the cluster's configuration file strictly: whatever it does not know is an error that says where.
///
/// ```yaml
/// registries:
///   docker.io:
///     mirrors:
///     - host: mirror.example.com:5000
///       plainHTTP: true
///   registry.example.com:
///     username: ann
///     password: secret
///     ca: example-ca.crt        # beside this file
/// hardening:
///   anonymousAuth: false        # but for health endpoints and cluster-info
///   admission: [AlwaysPullImages, DenyServiceExternalIPs]
///   podSecurity:
///     enforce: restricted       # where a namespace has no label for it; not in kube-system
/// ```
final class ConfigFile {
    private static final Set<String> ENDPOINT = Set.of("username", "password", "ca", "plainHTTP");
    private static final Pattern HOST = Pattern.compile(
            "(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*|\\[[0-9a-f:]+\\])"
                    + "(?::[0-9]{1,5})?");

    private final Path file;

    private ConfigFile(Path file) {
        this.file = file;
    }

    /// @throws UserError in one sentence, with line and column
    static Configuration read(Path file) {
        try {
            return parse(file, Files.readString(file));
        } catch (IOException unreadable) {
            throw new UserError("cannot read the configuration file " + file
                    + (Files.exists(file) ? ": " + unreadable.getMessage() : ": there is no such file"));
        }
    }

    /// @param file whose text it is: for messages, and the folder of relative paths
    static Configuration parse(Path file, String text) {
        try {
            var settings = LoadSettings.builder().setAllowDuplicateKeys(true).build();
            Optional<Node> root = new Compose(settings).composeString(text);
            return root.isEmpty() ? Configuration.NONE : new ConfigFile(file).config(root.get());
        } catch (MarkedYamlEngineException wrong) {
            Optional<Mark> mark = wrong.getProblemMark().or(wrong::getContextMark);
            throw new UserError(file + mark.map(ConfigFile::place).orElse("") + ": " + wrong.getProblem());
        } catch (YamlEngineException wrong) {
            throw new UserError(file + " is no YAML: " + wrong.getMessage());
        }
    }

    private Configuration config(Node root) {
        var fields = fields(root, "the configuration", Set.of("registries", "hardening"));
        Node registries = fields.get("registries");
        Node hardening = fields.get("hardening");
        return new Configuration(
                registries == null ? Registries.NONE : registries(registries),
                hardening == null ? Hardening.NONE : hardening(hardening));
    }

    private Hardening hardening(Node node) {
        var fields = fields(node, "hardening", Set.of("anonymousAuth", "admission", "podSecurity"));
        Node anonymous = fields.get("anonymousAuth");
        Node admission = fields.get("admission");
        Node podSecurity = fields.get("podSecurity");
        return new Hardening(
                anonymous == null || bool(anonymous, "anonymousAuth"),
                admission == null
                        ? List.of()
                        : list(admission, "admission").stream()
                                .map(this::plugin)
                                .toList(),
                podSecurity == null ? Policy.Level.PRIVILEGED : level(podSecurity));
    }

    private AdmissionPlugin plugin(Node node) {
        String name = text(node, "an admission plugin");
        return Plugins.optional().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow(() -> wrong(
                        node,
                        "there is no admission plugin \"" + name + "\"; known: "
                                + String.join(
                                        ", ",
                                        Plugins.optional().stream()
                                                .map(AdmissionPlugin::name)
                                                .toList())));
    }

    private Policy.Level level(Node node) {
        Node enforce = fields(node, "podSecurity", Set.of("enforce")).get("enforce");
        if (enforce == null) return Policy.Level.PRIVILEGED;
        return switch (text(enforce, "enforce of podSecurity")) {
            case "privileged" -> Policy.Level.PRIVILEGED;
            case "baseline" -> Policy.Level.BASELINE;
            case "restricted" -> Policy.Level.RESTRICTED;
            default -> throw wrong(enforce, "enforce of podSecurity is privileged, baseline or restricted");
        };
    }

    private Registries registries(Node registries) {
        var found = new LinkedHashMap<String, Registries.Registry>();
        entries(registries, "registries").forEach((key, value) -> {
            String host = host(key);
            String name = host.equals("index.docker.io") ? "docker.io" : host;
            if (found.containsKey(name)) throw wrong(key, "the registry " + name + " stands twice");
            found.put(name, registry(name, value));
        });
        return new Registries(found);
    }

    private Registries.Registry registry(String host, Node node) {
        String what = "registry " + host;
        var known = new java.util.HashSet<>(ENDPOINT);
        known.add("mirrors");
        var fields = fields(node, what, known);
        var mirrors = new ArrayList<Registries.Endpoint>();
        if (fields.containsKey("mirrors")) {
            for (Node mirror : list(fields.get("mirrors"), "mirrors of " + what)) mirrors.add(mirror(mirror, what));
        }
        return new Registries.Registry(endpoint(host, node, fields, what), mirrors);
    }

    private Registries.Endpoint mirror(Node node, String of) {
        String what = "mirror of " + of;
        var known = new java.util.HashSet<>(ENDPOINT);
        known.add("host");
        var fields = fields(node, what, known);
        if (!fields.containsKey("host")) throw wrong(node, "a " + what + " has no host");
        return endpoint(host(fields.get("host")), node, fields, what);
    }

    private Registries.Endpoint endpoint(String host, Node node, Map<String, Node> fields, String what) {
        String user = fields.containsKey("username") ? text(fields.get("username"), "username of " + what) : "";
        String password = fields.containsKey("password") ? text(fields.get("password"), "password of " + what) : "";
        if (user.isEmpty() != password.isEmpty())
            throw wrong(node, "username and password of " + what + " go together, but one is missing");
        if (user.indexOf(':') >= 0) throw wrong(node, "the username of " + what + " has a colon");
        boolean plain = fields.containsKey("plainHTTP") && bool(fields.get("plainHTTP"), "plainHTTP of " + what);
        Optional<String> authority = Optional.ofNullable(fields.get("ca")).map(ca -> authority(ca, what));
        if (plain && authority.isPresent())
            throw wrong(node, "the " + what + " is asked over plain HTTP, which has no CA");
        return new Registries.Endpoint(host, user, password, authority, plain);
    }

    /// The CA itself: nodes get a copy.
    private String authority(Node node, String what) {
        Path path = file.toAbsolutePath().resolveSibling(text(node, "ca of " + what));
        try {
            String pem = Files.readString(path);
            if (!pem.contains("-----BEGIN CERTIFICATE-----"))
                throw wrong(node, "the CA file " + path + " has no certificate in PEM");
            return pem;
        } catch (IOException unreadable) {
            throw wrong(
                    node,
                    Files.exists(path)
                            ? "the CA file " + path + " can't be read: " + unreadable.getMessage()
                            : "there is no CA file " + path);
        }
    }

    private String host(Node node) {
        String host = text(node, "the host of a registry");
        if (!HOST.matcher(host).matches())
            throw wrong(
                    node, "\"" + host + "\" is no registry host: write host or host:port, without https:// or path");
        return host;
    }

    private Map<String, Node> fields(Node node, String what, Set<String> known) {
        var fields = new HashMap<String, Node>();
        entries(node, what).forEach((key, value) -> {
            String name = text(key, "a field of " + what);
            if (!known.contains(name))
                throw wrong(
                        key,
                        "unknown field \"" + name + "\" of " + what + "; known: "
                                + String.join(", ", known.stream().sorted().toList()));
            fields.put(name, value);
        });
        return fields;
    }

    private Map<Node, Node> entries(Node node, String what) {
        if (isNull(node)) return Map.of();
        if (!(node instanceof MappingNode mapping)) throw wrong(node, what + " must be a map, but is " + shown(node));
        var entries = new LinkedHashMap<Node, Node>();
        var names = new java.util.HashSet<String>();
        for (var tuple : mapping.getValue()) {
            Node key = tuple.getKeyNode();
            if (!names.add(text(key, "a key of " + what)))
                throw wrong(key, "\"" + text(key, "") + "\" of " + what + " stands twice");
            entries.put(key, tuple.getValueNode());
        }
        return entries;
    }

    private List<Node> list(Node node, String what) {
        if (isNull(node)) return List.of();
        if (!(node instanceof SequenceNode list)) throw wrong(node, what + " must be a list, but is " + shown(node));
        return list.getValue();
    }

    private String text(Node node, String what) {
        if (node instanceof ScalarNode scalar && scalar.getTag().equals(Tag.STR)) return scalar.getValue();
        throw wrong(
                node, what + " must be text, but is " + shown(node) + (node instanceof ScalarNode ? ": quote it" : ""));
    }

    private boolean bool(Node node, String what) {
        if (node instanceof ScalarNode scalar && scalar.getTag().equals(Tag.BOOL))
            return scalar.getValue().equalsIgnoreCase("true");
        throw wrong(node, what + " must be true or false, but is " + shown(node));
    }

    private static boolean isNull(Node node) {
        return node.getTag().equals(Tag.NULL);
    }

    /// No scalar is repeated: it may be a secret.
    private static String shown(Node node) {
        return switch (node) {
            case MappingNode ignored -> "a map";
            case SequenceNode ignored -> "a list";
            case ScalarNode scalar when scalar.getTag().equals(Tag.STR) -> "text";
            case ScalarNode scalar when scalar.getTag().equals(Tag.BOOL) -> "a boolean";
            case ScalarNode scalar when scalar.getTag().equals(Tag.NULL) -> "empty";
            default -> "a number";
        };
    }

    private UserError wrong(Node node, String message) {
        return new UserError(file + node.getStartMark().map(ConfigFile::place).orElse("") + ": " + message);
    }

    private static String place(Mark mark) {
        return " line " + (mark.getLine() + 1) + ", column " + (mark.getColumn() + 1);
    }
}
