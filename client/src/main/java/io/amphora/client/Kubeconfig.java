package io.amphora.client;

import io.amphora.machinery.tree.JsonSyntaxException;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import io.amphora.machinery.tree.Yaml;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// The file in which a user keeps clusters, users, and contexts that pair them (v1 Config). Immutable; what it
/// does
/// not know of it keeps as it is.
///
/// Of several files the first that says something wins, entry by entry, as with kubectl's KUBECONFIG.
public final class Kubeconfig {
    private static final List<String> LISTS = List.of("clusters", "users", "contexts");

    public static final Kubeconfig EMPTY = new Kubeconfig(ObjectTree.of("apiVersion", "v1", "kind", "Config"));

    private final ObjectTree tree;

    private Kubeconfig(ObjectTree tree) {
        this.tree = tree;
    }

    public static Kubeconfig of(ObjectTree tree) {
        return new Kubeconfig(tree);
    }

    /// The files that the environment names: `KUBECONFIG`, a list with the separator of paths, else
    /// `~/.kube/config`.
    public static List<Path> files(Map<String, String> environment) {
        String named = environment.getOrDefault("KUBECONFIG", "");
        var files = new ArrayList<Path>();
        for (String part : named.split(java.io.File.pathSeparator)) if (!part.isEmpty()) files.add(Path.of(part));
        String home = environment.getOrDefault("HOME", "");
        if (named.isEmpty() && !home.isEmpty()) files.add(Path.of(home, ".kube", "config"));
        return files;
    }

    /// All of `files` that are there, merged; relative paths in them become absolute.
    ///
    /// @throws KubeconfigException for a file that cannot be read
    public static Kubeconfig load(List<Path> files) {
        Kubeconfig merged = EMPTY;
        for (Path file : files) if (Files.exists(file)) merged = merged.mergedWith(read(file));
        return merged;
    }

    /// One file.
    public static Kubeconfig read(Path file) {
        try {
            Tree tree = Yaml.read(Files.readAllBytes(file));
            if (!(tree instanceof ObjectTree object)) {
                if (tree.isNull()) return EMPTY;
                throw new KubeconfigException("error loading config file \"" + file + "\": it is no object");
            }
            Path folder = file.toAbsolutePath().getParent();
            return new Kubeconfig(folder == null ? object : withAbsolutePaths(object, folder));
        } catch (JsonSyntaxException wrong) {
            throw new KubeconfigException("error loading config file \"" + file + "\": " + wrong.getMessage());
        } catch (IOException failure) {
            throw new KubeconfigException("error loading config file \"" + file + "\": " + failure.getMessage());
        }
    }

    /// This, and what only `other` says.
    public Kubeconfig mergedWith(Kubeconfig other) {
        ObjectTree merged = tree;
        for (String list : LISTS) {
            ListTree entries = merged.list(list);
            for (Tree entry : other.tree.list(list))
                if (named(entries, entry.object().text("name")).isEmpty()) entries = entries.plus(entry);
            if (!entries.isEmpty()) merged = merged.with(list, entries);
        }
        if (merged.text("current-context").isEmpty() && other.tree.has("current-context"))
            merged = merged.with("current-context", other.tree.text("current-context"));
        return new Kubeconfig(merged);
    }

    public ObjectTree tree() {
        return tree;
    }

    /// "" where none is chosen.
    public String currentContext() {
        return tree.text("current-context");
    }

    public List<String> contexts() {
        return tree.list("contexts").stream()
                .map(each -> each.object().text("name"))
                .toList();
    }

    public Optional<ObjectTree> findContext(String name) {
        return named(tree.list("contexts"), name).map(each -> each.object("context"));
    }

    public Optional<ObjectTree> findCluster(String name) {
        return named(tree.list("clusters"), name).map(each -> each.object("cluster"));
    }

    public Optional<ObjectTree> findUser(String name) {
        return named(tree.list("users"), name).map(each -> each.object("user"));
    }

    public Kubeconfig withCurrentContext(String name) {
        return new Kubeconfig(tree.with("current-context", name));
    }

    public Kubeconfig withCluster(String name, ObjectTree cluster) {
        return withEntry("clusters", "cluster", name, cluster);
    }

    public Kubeconfig withUser(String name, ObjectTree user) {
        return withEntry("users", "user", name, user);
    }

    public Kubeconfig withContext(String name, ObjectTree context) {
        return withEntry("contexts", "context", name, context);
    }

    private Kubeconfig withEntry(String list, String key, String name, ObjectTree value) {
        ObjectTree entry = ObjectTree.of("name", name, key, value);
        ListTree entries = tree.list(list);
        boolean known = named(entries, name).isPresent();
        ListTree changed = known
                ? entries.map(each -> each.object().text("name").equals(name) ? entry : each)
                : entries.plus(entry);
        return new Kubeconfig(tree.with(list, changed));
    }

    /// How to reach the cluster of a context.
    ///
    /// @param context "" for the current one; with none at all, the answer is `localhost:8080` as kubectl's
    /// @throws KubeconfigException when the context, its cluster or its user is missing, or asks for what is not
    ///     supported
    public Connection connection(String context) {
        String chosen = context.isEmpty() ? currentContext() : context;
        if (chosen.isEmpty() && contexts().isEmpty() && tree.list("clusters").isEmpty()) return Connection.LOCAL;
        ObjectTree pair = findContext(chosen)
                .orElseThrow(() -> new KubeconfigException(
                        chosen.isEmpty()
                                ? "no context is chosen: use `config use-context`, or --context"
                                : "context \"" + chosen + "\" does not exist"));
        String clusterName = pair.text("cluster");
        String userName = pair.text("user");
        ObjectTree cluster = findCluster(clusterName)
                .orElseThrow(() -> new KubeconfigException("cluster \"" + clusterName + "\" does not exist"));
        ObjectTree user = userName.isEmpty()
                ? ObjectTree.EMPTY
                : findUser(userName)
                        .orElseThrow(() -> new KubeconfigException("auth info \"" + userName + "\" does not exist"));
        return Connection.of(cluster, user, pair.text("namespace"));
    }

    /// Replaces `file` at once, readable by its owner alone.
    public void write(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) Files.createDirectories(folder);
        Path draft = Files.createTempFile(
                folder,
                ".config",
                "",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(draft, Yaml.write(tree).getBytes(StandardCharsets.UTF_8));
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static Optional<ObjectTree> named(ListTree entries, String name) {
        return entries.stream()
                .map(Tree::object)
                .filter(entry -> entry.text("name").equals(name))
                .findFirst();
    }

    private static ObjectTree withAbsolutePaths(ObjectTree config, Path folder) {
        return config.change("clusters", list -> absolute(list, "cluster", folder, "certificate-authority"))
                .change(
                        "users",
                        list -> absolute(list, "user", folder, "client-certificate", "client-key", "tokenFile"));
    }

    private static Tree absolute(Tree list, String key, Path folder, String... fields) {
        return list.list().map(entry -> {
            ObjectTree inner = entry.object().object(key);
            for (String field : fields) {
                String path = inner.text(field);
                if (!path.isEmpty())
                    inner = inner.with(field, folder.resolve(path).toString());
            }
            return inner.isEmpty() ? entry : entry.object().with(key, inner);
        });
    }

    /// What it takes to reach a cluster and to be somebody there. The texts of certificates and keys are PEM, ""
    /// for none.
    ///
    /// @param server such as `https://127.0.0.1:6443`
    /// @param namespace the context's, "" for none
    /// @param tokenFile read again whenever it changes; "" for none
    /// @param impersonate the headers of an identity to act as
    public record Connection(
            String server,
            String namespace,
            String authorities,
            String serverName,
            boolean insecure,
            String certificate,
            String key,
            String token,
            String tokenFile,
            String basic,
            Map<String, List<String>> impersonate) {
        static final Connection LOCAL =
                new Connection("http://localhost:8080", "", "", "", false, "", "", "", "", "", Map.of());

        static Connection of(ObjectTree cluster, ObjectTree user, String namespace) {
            for (String unsupported : List.of("exec", "auth-provider"))
                if (user.has(unsupported))
                    throw new KubeconfigException("the user's \"" + unsupported
                            + "\" plugin is not supported; use a token or a client certificate");
            if (!cluster.text("proxy-url").isEmpty())
                throw new KubeconfigException("the cluster's \"proxy-url\" is not supported");
            String server = cluster.text("server");
            if (server.isEmpty()) throw new KubeconfigException("the cluster has no server");
            String basic = user.text("username").isEmpty() ? "" : user.text("username") + ":" + user.text("password");
            return new Connection(
                    server.contains("://") ? server : "https://" + server,
                    namespace,
                    pem(cluster, "certificate-authority"),
                    cluster.text("tls-server-name"),
                    cluster.bool("insecure-skip-tls-verify"),
                    pem(user, "client-certificate"),
                    pem(user, "client-key"),
                    user.text("token"),
                    user.text("tokenFile"),
                    basic,
                    impersonation(user));
        }

        private static Map<String, List<String>> impersonation(ObjectTree user) {
            if (user.text("as").isEmpty()) return Map.of();
            var headers = new LinkedHashMap<String, List<String>>();
            headers.put("impersonate-user", List.of(user.text("as")));
            if (!user.text("as-uid").isEmpty()) headers.put("impersonate-uid", List.of(user.text("as-uid")));
            if (user.has("as-groups")) headers.put("impersonate-group", texts(user.list("as-groups")));
            for (Map.Entry<String, Tree> extra : user.object("as-user-extra"))
                headers.put(
                        "impersonate-extra-" + extra.getKey().toLowerCase(Locale.ROOT),
                        texts(extra.getValue().list()));
            return headers;
        }

        private static List<String> texts(ListTree list) {
            return list.stream().map(Tree::text).filter(Objects::nonNull).toList();
        }

        private static String pem(ObjectTree entry, String field) {
            String inline = entry.text(field + "-data");
            if (!inline.isEmpty()) {
                try {
                    return new String(Base64.getMimeDecoder().decode(inline), StandardCharsets.UTF_8);
                } catch (IllegalArgumentException wrong) {
                    throw new KubeconfigException(field + "-data is not base64");
                }
            }
            String file = entry.text(field);
            if (file.isEmpty()) return "";
            try {
                return Files.readString(Path.of(file));
            } catch (IOException failure) {
                String why =
                        failure instanceof NoSuchFileException ? "no such file or directory" : failure.getMessage();
                throw new KubeconfigException("unable to read " + field + " " + file + ": " + why);
            }
        }

        /// Without key and token, so that they never end up in a log.
        @Override
        public String toString() {
            return server;
        }
    }
}
