package io.amphora.kubectl;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.amphora.api.GroupVersionKind;
import io.amphora.api.schema.Schemas;
import io.amphora.machinery.patch.JsonPatch;
import io.amphora.machinery.patch.MergePatch;
import io.amphora.machinery.patch.StrategicMergePatch;
import io.amphora.machinery.schema.Schema;
import io.amphora.machinery.select.LabelSelector;
import io.amphora.machinery.tree.JsonSyntaxException;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import io.amphora.machinery.tree.Yaml;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/// Builds what a `kustomization.yaml` describes: resources of other files and folders, changed by names, labels,
/// images,
/// generators and patches.
public final class Kustomization {
    private static final List<String> FILES = List.of("kustomization.yaml", "kustomization.yml", "Kustomization");

    /// In which order kinds come; all others follow by name.
    private static final List<String> FIRST = List.of(
            "Namespace",
            "ResourceQuota",
            "StorageClass",
            "CustomResourceDefinition",
            "ServiceAccount",
            "PodSecurityPolicy",
            "Role",
            "ClusterRole",
            "RoleBinding",
            "ClusterRoleBinding",
            "ConfigMap",
            "Secret",
            "Endpoints",
            "Service",
            "LimitRange",
            "PriorityClass",
            "PersistentVolume",
            "PersistentVolumeClaim",
            "Deployment",
            "StatefulSet",
            "CronJob",
            "PodDisruptionBudget");

    private static final List<String> LAST = List.of("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration");

    /// @param original the name that references use
    private record Resource(ObjectTree object, String original) {
        String kind() {
            return object.text("kind");
        }

        String name() {
            return object.object("metadata").text("name");
        }

        Resource with(ObjectTree other) {
            return new Resource(other, original);
        }
    }

    private final Path folder;
    private final ObjectTree said;
    private List<Resource> resources = new ArrayList<>();

    private Kustomization(Path folder, ObjectTree said) {
        this.folder = folder;
        this.said = said;
    }

    /// The objects, in the order in which they are best made.
    public static List<ObjectTree> build(Session session, String name) {
        Path folder = session.file(name).toAbsolutePath().normalize();
        if (!Files.isDirectory(folder))
            throw Failure.error("must build at directory: not a valid directory: evalsymlink failure on '" + name
                    + "' : lstat " + folder + ": no such file or directory");
        return build(folder).stream()
                .map(Resource::object)
                .sorted(Comparator.comparingInt((ObjectTree object) -> rank(object.text("kind")))
                        .thenComparing(object -> object.text("kind"))
                        .thenComparing(object -> object.object("metadata").text("namespace"))
                        .thenComparing(object -> object.object("metadata").text("name")))
                .toList();
    }

    private static int rank(String kind) {
        if (FIRST.contains(kind)) return FIRST.indexOf(kind);
        return LAST.contains(kind) ? 1000 + LAST.indexOf(kind) : 500;
    }

    private static List<Resource> build(Path folder) {
        for (String file : FILES)
            if (Files.exists(folder.resolve(file))) {
                var kustomization = new Kustomization(
                        folder, read(folder.resolve(file)).getFirst().object());
                return kustomization.built();
            }
        throw Failure.error(
                "unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory '"
                        + folder + "'");
    }

    private static List<Tree> read(Path file) {
        try {
            return Yaml.readAll(Files.readString(file));
        } catch (IOException failure) {
            throw Failure.error("accumulating resources: accumulation err='accumulating resources from '"
                    + file.getFileName() + "': open " + file + ": no such file or directory'");
        } catch (JsonSyntaxException wrong) {
            throw Failure.error("invalid Kustomization: error converting YAML to JSON: " + wrong.getMessage());
        }
    }

    private List<Resource> built() {
        for (String list : List.of("resources", "bases", "components"))
            for (Tree each : said.list(list)) accumulate(text(each));
        generate("configMapGenerator", "ConfigMap");
        generate("secretGenerator", "Secret");
        for (Tree each : said.list("patchesStrategicMerge")) strategic(ObjectTree.EMPTY, patchText(text(each)));
        for (Tree each : said.list("patches")) patch(each.object());
        for (Tree each : said.list("patchesJson6902")) patch(each.object());
        String namespace = said.text("namespace");
        if (!namespace.isEmpty()) each(object -> inNamespace(object, namespace));
        rename();
        labels();
        ObjectTree annotations = said.object("commonAnnotations");
        if (!annotations.isEmpty()) each(object -> withEverywhere(object, "annotations", annotations, true));
        for (Tree image : said.list("images")) images(image.object());
        for (Tree each : said.list("replicas")) replicas(each.object());
        return resources;
    }

    private static String text(Tree tree) {
        String text = tree.text();
        return text == null ? "" : text;
    }

    private void accumulate(String name) {
        Path path = folder.resolve(name).normalize();
        if (Files.isDirectory(path)) {
            resources.addAll(build(path));
            return;
        }
        for (Tree document : read(path)) {
            ObjectTree object = document.object();
            boolean list = object.text("kind").endsWith("List") && object.has("items");
            for (Tree item : list ? object.list("items") : ListTree.of(object))
                resources.add(new Resource(
                        item.object(), item.object().object("metadata").text("name")));
        }
    }

    private void each(UnaryOperator<ObjectTree> change) {
        resources = new ArrayList<>(resources.stream()
                .map(resource -> resource.with(change.apply(resource.object())))
                .toList());
    }

    // ---- generators ----

    private void generate(String list, String kind) {
        for (Tree each : said.list(list)) {
            ObjectTree generator = each.object();
            ObjectTree options = MergePatch.apply(said.object("generatorOptions"), generator.object("options"))
                    .object();
            ObjectTree data = ObjectTree.EMPTY;
            for (Tree literal : generator.list("literals")) {
                String[] pair = text(literal).split("=", 2);
                if (pair.length < 2)
                    throw Failure.error("invalid literal source " + text(literal) + ", expected key=value");
                data = data.with(pair[0], pair[1].replaceAll("^(['\"])(.*)\\1$", "$2"));
            }
            for (Tree file : generator.list("files")) {
                String[] pair = text(file).split("=", 2);
                Path path = folder.resolve(pair[pair.length - 1]);
                data = data.with(pair.length == 2 ? pair[0] : String.valueOf(path.getFileName()), content(path));
            }
            var environments = new ArrayList<Tree>(generator.list("envs").items());
            if (generator.has("env")) environments.add(generator.get("env"));
            for (Tree file : environments)
                for (String line : content(folder.resolve(text(file)))
                        .lines()
                        .map(String::strip)
                        .toList()) {
                    if (line.isEmpty() || line.startsWith("#")) continue;
                    String[] pair = line.split("=", 2);
                    data = data.with(pair[0], pair.length == 2 ? pair[1] : "");
                }
            add(kind, generator, options, data);
        }
    }

    private static String content(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException failure) {
            throw Failure.error("loading KV pairs: file sources: [" + file.getFileName() + "]: open " + file
                    + ": no such file or directory");
        }
    }

    private void add(String kind, ObjectTree generator, ObjectTree options, ObjectTree data) {
        String name = generator.text("name");
        String behavior = generator.text("behavior");
        boolean secret = kind.equals("Secret");
        ObjectTree values = secret
                ? data.map((key, value) ->
                        Tree.of(Base64.getEncoder().encodeToString(text(value).getBytes(StandardCharsets.UTF_8))))
                : data;
        ObjectTree metadata = ObjectTree.of("name", name);
        if (!generator.text("namespace").isEmpty()) metadata = metadata.with("namespace", generator.text("namespace"));
        for (String field : List.of("labels", "annotations"))
            if (!options.object(field).isEmpty()) metadata = metadata.with(field, options.object(field));
        ObjectTree object = ObjectTree.of("apiVersion", "v1", "kind", kind, "metadata", metadata, "data", values);
        if (secret) object = object.with("type", generator.text("type").isEmpty() ? "Opaque" : generator.text("type"));
        if (options.bool("immutable")) object = object.with("immutable", true);
        if (behavior.equals("merge") || behavior.equals("replace")) {
            ObjectTree made = object;
            each(there -> there.text("kind").equals(kind)
                            && there.object("metadata").text("name").startsWith(name)
                    ? there.with(
                            "data",
                            behavior.equals("merge")
                                    ? MergePatch.apply(there.object("data"), made.object("data"))
                                    : made.get("data"))
                    : there);
            return;
        }
        if (!options.bool("disableNameSuffixHash"))
            object = object.withAt(
                    Tree.of(name + "-" + Hashes.of(object.withoutAt("metadata", "name"))), "metadata", "name");
        resources.add(new Resource(object, name));
    }

    // ---- patches ----

    private String patchText(String patch) {
        return patch.contains("\n") || patch.contains("{") || !Files.exists(folder.resolve(patch))
                ? patch
                : content(folder.resolve(patch));
    }

    private void patch(ObjectTree entry) {
        String path = entry.text("path");
        String text = path.isEmpty() ? entry.text("patch") : content(folder.resolve(path));
        Tree parsed = Yaml.read(text);
        if (!(parsed instanceof ListTree)) {
            strategic(entry.object("target"), text);
            return;
        }
        var seen = new boolean[] {false};
        each(object -> {
            if (!isTarget(object, entry.object("target"))) return object;
            seen[0] = true;
            return JsonPatch.of(parsed).apply(object).object();
        });
    }

    private void strategic(ObjectTree target, String text) {
        for (Tree document : Yaml.readAll(text)) {
            ObjectTree patch = document.object();
            ObjectTree meant = target.isEmpty()
                    ? ObjectTree.of(
                            "kind",
                            patch.text("kind"),
                            "name",
                            Pattern.quote(patch.object("metadata").text("name")))
                    : target;
            boolean deletes = patch.text("$patch").equals("delete");
            var changed = new ArrayList<Resource>();
            boolean seen = false;
            for (Resource resource : resources) {
                boolean named =
                        isTarget(resource.object().withAt(Tree.of(resource.original()), "metadata", "name"), meant)
                                || isTarget(resource.object(), meant);
                seen |= named;
                if (!named) changed.add(resource);
                else if (!deletes) changed.add(resource.with(merged(resource.object(), patch)));
            }
            if (!seen)
                throw Failure.error("no resource matches strategic merge patch \"" + patch.text("kind") + ".v1.[noGrp]/"
                        + patch.object("metadata").text("name") + ".[noNs]\": no matches for Id");
            resources = changed;
        }
    }

    private static ObjectTree merged(ObjectTree object, ObjectTree patch) {
        Schema schema = Schemas.find(GroupVersionKind.of(object.text("apiVersion"), object.text("kind")));
        ObjectTree plain = patch.without("apiVersion")
                .without("kind")
                .withoutAt("metadata", "name")
                .withoutAt("metadata", "namespace");
        return schema == null
                ? MergePatch.apply(object, plain).object()
                : StrategicMergePatch.apply(object, plain, schema);
    }

    private static boolean isTarget(ObjectTree object, ObjectTree target) {
        var gvk = GroupVersionKind.of(object.text("apiVersion"), object.text("kind"));
        ObjectTree metadata = object.object("metadata");
        return matches(target.text("kind"), gvk.kind())
                && matches(target.text("group"), gvk.group())
                && matches(target.text("version"), gvk.version())
                && matches(target.text("name"), metadata.text("name"))
                && matches(target.text("namespace"), metadata.text("namespace"))
                && LabelSelector.parse(target.text("labelSelector")).matches(metadata.object("labels"))
                && LabelSelector.parse(target.text("annotationSelector")).matches(metadata.object("annotations"));
    }

    /// The expression is Go's, and has to match the whole.
    private static boolean matches(String pattern, String text) {
        try {
            return pattern.isEmpty() || Pattern.matches(pattern, text);
        } catch (PatternSyntaxException unreadable) {
            throw Failure.error(String.valueOf(unreadable.getMessage()));
        }
    }

    // ---- names, labels, images ----

    private static ObjectTree inNamespace(ObjectTree object, String namespace) {
        boolean wide = List.of(
                        "Namespace",
                        "ClusterRole",
                        "ClusterRoleBinding",
                        "PersistentVolume",
                        "StorageClass",
                        "CustomResourceDefinition",
                        "PriorityClass",
                        "IngressClass",
                        "Node")
                .contains(object.text("kind"));
        ObjectTree moved = wide ? object : object.withAt(Tree.of(namespace), "metadata", "namespace");
        return moved.change(
                "subjects",
                list -> list.list()
                        .map(each -> each.object().text("kind").equals("ServiceAccount")
                                ? each.object().with("namespace", namespace)
                                : each));
    }

    private void rename() {
        String prefix = said.text("namePrefix");
        String suffix = said.text("nameSuffix");
        resources = new ArrayList<>(resources.stream()
                .map(resource ->
                        List.of("Namespace", "CustomResourceDefinition").contains(resource.kind())
                                ? resource
                                : resource.with(resource.object()
                                        .withAt(Tree.of(prefix + resource.name() + suffix), "metadata", "name")))
                .toList());
        Map<String, String> names = new HashMap<>();
        for (Resource resource : resources)
            if (!resource.original().equals(resource.name()))
                names.put(resource.kind() + "/" + resource.original(), resource.name());
        if (!names.isEmpty()) each(object -> References.renamed(object, names));
        resources = new ArrayList<>(resources.stream()
                .map(resource -> new Resource(resource.object(), resource.name()))
                .toList());
    }

    private void labels() {
        ObjectTree common = said.object("commonLabels");
        if (!common.isEmpty()) each(object -> selecting(withEverywhere(object, "labels", common, true), common));
        for (Tree each : said.list("labels")) {
            ObjectTree entry = each.object();
            ObjectTree pairs = entry.object("pairs");
            boolean selectors = entry.bool("includeSelectors");
            boolean templates = selectors || entry.bool("includeTemplates");
            each(object -> {
                ObjectTree labelled = withEverywhere(object, "labels", pairs, templates);
                return selectors ? selecting(labelled, pairs) : labelled;
            });
        }
    }

    /// With more labels or annotations, in templates too.
    private static ObjectTree withEverywhere(ObjectTree object, String field, ObjectTree pairs, boolean templates) {
        ObjectTree changed = with(object, pairs, "metadata", field);
        if (!templates) return changed;
        if (changed.object("spec").has("template"))
            changed = with(changed, pairs, "spec", "template", "metadata", field);
        if (changed.object("spec").has("jobTemplate")) {
            changed = with(changed, pairs, "spec", "jobTemplate", "metadata", field);
            changed = with(changed, pairs, "spec", "jobTemplate", "spec", "template", "metadata", field);
        }
        return changed;
    }

    private static ObjectTree selecting(ObjectTree object, ObjectTree pairs) {
        return switch (object.text("kind")) {
            case "Service", "ReplicationController" ->
                object.object("spec").has("selector") ? with(object, pairs, "spec", "selector") : object;
            case "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet" ->
                with(object, pairs, "spec", "selector", "matchLabels");
            default -> object;
        };
    }

    private static ObjectTree with(ObjectTree object, ObjectTree pairs, String... path) {
        return object.withAt(MergePatch.apply(object.at(path).object(), pairs), path);
    }

    private void images(ObjectTree image) {
        each(object -> References.containers(object, container -> {
            String said = container.text("image");
            String name = said.replaceFirst("@.*", "").replaceFirst(":[^/:]*$", "");
            if (!name.equals(image.text("name"))) return container;
            String changed = image.text("newName").isEmpty() ? name : image.text("newName");
            String rest = said.substring(name.length());
            if (!image.text("digest").isEmpty()) rest = "@" + image.text("digest");
            else if (image.has("newTag"))
                rest = ":" + (image.text("newTag").isEmpty() ? image.get("newTag") : image.text("newTag"));
            return container.with("image", changed + rest);
        }));
    }

    private void replicas(ObjectTree entry) {
        each(object -> object.object("metadata").text("name").endsWith(entry.text("name"))
                        && List.of("Deployment", "StatefulSet", "ReplicaSet", "ReplicationController")
                                .contains(object.text("kind"))
                ? object.withAt(entry.get("count"), "spec", "replicas")
                : object);
    }

    /// Where objects name each other.
    private static final class References {
        private References() {}

        /// @param names new ones by kind and old name, `ConfigMap/conf`
        static ObjectTree renamed(ObjectTree object, Map<String, String> names) {
            ObjectTree changed = containers(
                    object,
                    container -> container
                            .change(
                                    "envFrom",
                                    list -> list.list().map(each -> {
                                        ObjectTree from =
                                                inner(each.object(), "configMapRef", "name", "ConfigMap", names);
                                        return inner(from, "secretRef", "name", "Secret", names);
                                    }))
                            .change(
                                    "env",
                                    list -> list.list()
                                            .map(each -> each.object()
                                                    .change(
                                                            "valueFrom",
                                                            from -> inner(
                                                                    inner(
                                                                            from.object(),
                                                                            "configMapKeyRef",
                                                                            "name",
                                                                            "ConfigMap",
                                                                            names),
                                                                    "secretKeyRef",
                                                                    "name",
                                                                    "Secret",
                                                                    names)))));
            changed = pod(changed, spec -> {
                ObjectTree pod = field(spec, "serviceAccountName", "ServiceAccount", names);
                pod = pod.change(
                        "imagePullSecrets",
                        list -> list.list().map(each -> field(each.object(), "name", "Secret", names)));
                return pod.change("volumes", list -> list.list().map(each -> volume(each.object(), names)));
            });
            return switch (changed.text("kind")) {
                case "StatefulSet" ->
                    changed.change("spec", spec -> field(spec.object(), "serviceName", "Service", names));
                case "HorizontalPodAutoscaler" ->
                    changed.change(
                            "spec",
                            spec -> spec.object()
                                    .change(
                                            "scaleTargetRef",
                                            target -> field(
                                                    target.object(),
                                                    "name",
                                                    target.object().text("kind"),
                                                    names)));
                case "RoleBinding", "ClusterRoleBinding" ->
                    changed.change(
                                    "roleRef",
                                    role -> field(
                                            role.object(), "name", role.object().text("kind"), names))
                            .change(
                                    "subjects",
                                    list -> list.list()
                                            .map(each -> field(
                                                    each.object(),
                                                    "name",
                                                    each.object().text("kind"),
                                                    names)));
                case "Ingress" -> changed.change("spec", spec -> ingress(spec.object(), names));
                default -> changed;
            };
        }

        private static ObjectTree ingress(ObjectTree spec, Map<String, String> names) {
            return spec.change("defaultBackend", backend -> backend(backend.object(), names))
                    .change("tls", list -> list.list().map(each -> field(each.object(), "secretName", "Secret", names)))
                    .change(
                            "rules",
                            list -> list.list()
                                    .map(rule -> rule.object()
                                            .change(
                                                    "http",
                                                    http -> http.object()
                                                            .change(
                                                                    "paths",
                                                                    paths -> paths.list()
                                                                            .map(path -> path.object()
                                                                                    .change(
                                                                                            "backend",
                                                                                            backend -> backend(
                                                                                                    backend.object(),
                                                                                                    names)))))));
        }

        private static ObjectTree backend(ObjectTree backend, Map<String, String> names) {
            return inner(backend, "service", "name", "Service", names);
        }

        private static ObjectTree volume(ObjectTree volume, Map<String, String> names) {
            ObjectTree changed = inner(volume, "configMap", "name", "ConfigMap", names);
            changed = inner(changed, "secret", "secretName", "Secret", names);
            changed = inner(changed, "persistentVolumeClaim", "claimName", "PersistentVolumeClaim", names);
            return changed.change(
                    "projected",
                    projected -> projected
                            .object()
                            .change(
                                    "sources",
                                    list -> list.list()
                                            .map(each -> inner(
                                                    inner(each.object(), "configMap", "name", "ConfigMap", names),
                                                    "secret",
                                                    "name",
                                                    "Secret",
                                                    names))));
        }

        private static ObjectTree inner(
                ObjectTree object, String key, String field, String kind, Map<String, String> names) {
            return object.change(key, inside -> field(inside.object(), field, kind, names));
        }

        private static ObjectTree field(ObjectTree object, String field, String kind, Map<String, String> names) {
            String renamed = names.get(kind + "/" + object.text(field));
            return renamed == null ? object : object.with(field, renamed);
        }

        /// The object with its Pods' specification changed, wherever it keeps one.
        static ObjectTree pod(ObjectTree object, UnaryOperator<ObjectTree> change) {
            if (object.text("kind").equals("Pod")) return object.change("spec", spec -> change.apply(spec.object()));
            ObjectTree spec = object.object("spec");
            if (spec.has("jobTemplate"))
                return object.withAt(
                        change.apply(object.at("spec", "jobTemplate", "spec", "template", "spec")
                                .object()),
                        "spec",
                        "jobTemplate",
                        "spec",
                        "template",
                        "spec");
            return spec.object("template").has("spec")
                    ? object.withAt(
                            change.apply(object.at("spec", "template", "spec").object()), "spec", "template", "spec")
                    : object;
        }

        static ObjectTree containers(ObjectTree object, UnaryOperator<ObjectTree> change) {
            return pod(object, spec -> {
                ObjectTree changed = spec;
                for (String list : List.of("initContainers", "containers"))
                    changed = changed.change(list, items -> items.list().map(item -> change.apply(item.object())));
                return changed;
            });
        }
    }
}
