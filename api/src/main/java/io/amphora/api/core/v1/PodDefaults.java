package io.amphora.api.core.v1;

import static io.amphora.api.Defaults.absent;
import static io.amphora.api.Defaults.each;
import static io.amphora.api.Defaults.empty;
import static io.amphora.api.Defaults.in;
import static io.amphora.api.Defaults.zero;

import io.amphora.api.Defaults;
import io.amphora.api.QuantityDefaults;
import io.amphora.machinery.quantity.Quantity;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// What a Pod has when it does not say. A template gets all of it but what depends on the Pod standing alone:
/// requests
/// from limits, ports of the node, links to Services.
public final class PodDefaults {
    private static final List<String> CONTAINER_LISTS = List.of("containers", "initContainers", "ephemeralContainers");
    private static final long FILE_MODE = 0644;

    /// A reference to an image: an optional domain, a path in lower case, then tag and digest.
    private static final Pattern IMAGE = Pattern.compile(
            "(?:[A-Za-z0-9.\\-\\[\\]:_]+/)?[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*"
                    + "(?::(?<tag>[\\w][\\w.-]{0,127}))?(?<digest>@[A-Za-z0-9]+(?:[.+_-][A-Za-z0-9]+)*:[0-9a-fA-F]{32,})?");

    /// A name of 255, a tag of 128, and the longest digest.
    private static final int LONGEST_IMAGE = 600;

    private PodDefaults() {}

    static ObjectTree pod(ObjectTree pod) {
        ObjectTree tree = Defaults.inNew(pod, "spec", spec -> ofPod(spec(spec)));
        return in(tree, "status", PodDefaults::status);
    }

    /// The spec of a template.
    public static ObjectTree template(ObjectTree template) {
        return Defaults.inNew(template, "spec", PodDefaults::spec);
    }

    private static ObjectTree ofPod(ObjectTree spec) {
        ObjectTree tree = absent(spec, "enableServiceLinks", true);
        for (String list : List.of("containers", "initContainers"))
            tree = each(tree, list, container -> in(container, "resources", PodDefaults::requestsFromLimits));
        if (tree.bool("hostNetwork"))
            for (String list : List.of("containers", "initContainers"))
                tree = each(tree, list, container -> each(container, "ports", PodDefaults::hostPort));
        return podResources(tree);
    }

    private static ObjectTree requestsFromLimits(ObjectTree resources) {
        ObjectTree requests = resources.object("requests");
        ObjectTree complete = requests;
        for (var limit : resources.object("limits")) complete = absent(complete, limit.getKey(), limit.getValue());
        return complete == requests ? resources : resources.with("requests", complete);
    }

    private static ObjectTree hostPort(ObjectTree port) {
        return zero(port, "hostPort", port.whole("containerPort"));
    }

    /// A Pod that limits its resources as a whole asks, of each, for what its containers ask, or else for the
    /// limit.
    private static ObjectTree podResources(ObjectTree spec) {
        ObjectTree resources = spec.object("resources");
        ObjectTree limits = resources.object("limits");
        if (limits.isEmpty()) return spec;
        ObjectTree requests = resources.object("requests");
        for (Map.Entry<String, Quantity> sum :
                PodResources.requests(PodSpec.of(spec)).entrySet())
            if (ofWholePod(sum.getKey()))
                requests = absent(requests, sum.getKey(), sum.getValue().toString());
        for (var limit : limits)
            if (ofWholePod(limit.getKey())) requests = absent(requests, limit.getKey(), limit.getValue());
        return requests.isEmpty() ? spec : spec.with("resources", resources.with("requests", requests));
    }

    private static boolean ofWholePod(String resource) {
        return resource.equals("cpu") || resource.equals("memory") || resource.startsWith("hugepages-");
    }

    private static ObjectTree spec(ObjectTree spec) {
        ObjectTree tree = empty(spec, "dnsPolicy", "ClusterFirst");
        tree = empty(tree, "restartPolicy", "Always");
        tree = absent(tree, "securityContext", ObjectTree.EMPTY);
        tree = absent(tree, "terminationGracePeriodSeconds", 30);
        tree = empty(tree, "schedulerName", "default-scheduler");
        tree = serviceAccount(tree);
        for (String list : CONTAINER_LISTS) tree = each(tree, list, PodDefaults::container);
        tree = each(tree, "volumes", PodDefaults::volume);
        tree = in(tree, "overhead", QuantityDefaults::rounded);
        return in(tree, "resources", PodDefaults::resources);
    }

    /// `serviceAccount` is the older name of `serviceAccountName`; both are written.
    private static ObjectTree serviceAccount(ObjectTree spec) {
        String name = spec.text("serviceAccountName");
        String old = spec.text("serviceAccount");
        if (name.equals(old)) return spec;
        return name.isEmpty() ? spec.with("serviceAccountName", old) : spec.with("serviceAccount", name);
    }

    private static ObjectTree container(ObjectTree container) {
        ObjectTree tree = container;
        if (tree.text("imagePullPolicy").isEmpty()) tree = tree.with("imagePullPolicy", pullPolicy(tree.text("image")));
        tree = empty(tree, "terminationMessagePath", "/dev/termination-log");
        tree = empty(tree, "terminationMessagePolicy", "File");
        tree = each(tree, "ports", port -> empty(port, "protocol", "TCP"));
        tree = each(tree, "env", var -> in(var, "valueFrom", PodDefaults::references));
        for (String probe : List.of("livenessProbe", "readinessProbe", "startupProbe"))
            tree = in(tree, probe, PodDefaults::probe);
        tree = in(tree, "lifecycle", PodDefaults::lifecycle);
        return Defaults.inNew(tree, "resources", PodDefaults::resources);
    }

    private static ObjectTree resources(ObjectTree resources) {
        return in(in(resources, "limits", QuantityDefaults::rounded), "requests", QuantityDefaults::rounded);
    }

    /// An image that has no version of its own may change behind its name, so it is asked for each time.
    static String pullPolicy(String image) {
        if (image.length() > LONGEST_IMAGE) return "IfNotPresent"; // no reference is as long
        var reference = IMAGE.matcher(image);
        if (!reference.matches()) return "IfNotPresent";
        String tag = reference.group("tag");
        boolean latest = tag == null ? reference.group("digest") == null : tag.equals("latest");
        return latest ? "Always" : "IfNotPresent";
    }

    private static ObjectTree references(ObjectTree from) {
        ObjectTree tree = in(from, "fieldRef", PodDefaults::fieldRef);
        return in(tree, "resourceFieldRef", PodDefaults::resourceFieldRef);
    }

    private static ObjectTree fieldRef(ObjectTree ref) {
        return empty(ref, "apiVersion", "v1");
    }

    private static ObjectTree resourceFieldRef(ObjectTree ref) {
        return absent(ref, "divisor", "0");
    }

    private static ObjectTree probe(ObjectTree probe) {
        ObjectTree tree = zero(probe, "timeoutSeconds", 1);
        tree = zero(tree, "periodSeconds", 10);
        tree = zero(tree, "successThreshold", 1);
        tree = zero(tree, "failureThreshold", 3);
        tree = in(tree, "httpGet", PodDefaults::httpGet);
        return in(tree, "grpc", grpc -> absent(grpc, "service", ""));
    }

    private static ObjectTree lifecycle(ObjectTree lifecycle) {
        ObjectTree tree = in(lifecycle, "postStart", hook -> in(hook, "httpGet", PodDefaults::httpGet));
        return in(tree, "preStop", hook -> in(hook, "httpGet", PodDefaults::httpGet));
    }

    private static ObjectTree httpGet(ObjectTree get) {
        return empty(empty(get, "path", "/"), "scheme", "HTTP");
    }

    private static ObjectTree volume(ObjectTree volume) {
        ObjectTree tree = isBare(volume) ? volume.with("emptyDir", ObjectTree.EMPTY) : volume;
        for (String files : List.of("secret", "configMap", "downwardAPI", "projected"))
            tree = in(tree, files, source -> absent(source, "defaultMode", FILE_MODE));
        tree = in(tree, "downwardAPI", source -> each(source, "items", PodDefaults::references));
        tree = in(tree, "projected", source -> each(source, "sources", PodDefaults::projection));
        tree = in(tree, "image", PodDefaults::imageVolume);
        tree = in(tree, "ephemeral", PodDefaults::ephemeral);
        return VolumeDefaults.sources(tree);
    }

    private static boolean isBare(ObjectTree volume) {
        for (int i = 0; i < volume.size(); i++)
            if (!volume.nameAt(i).equals("name") && !volume.valueAt(i).isNull()) return false;
        return true;
    }

    private static ObjectTree projection(ObjectTree source) {
        ObjectTree tree = in(source, "serviceAccountToken", token -> absent(token, "expirationSeconds", 3600));
        return in(tree, "downwardAPI", downward -> each(downward, "items", PodDefaults::references));
    }

    private static ObjectTree imageVolume(ObjectTree image) {
        return image.text("pullPolicy").isEmpty()
                ? image.with("pullPolicy", pullPolicy(image.text("reference")))
                : image;
    }

    private static ObjectTree ephemeral(ObjectTree ephemeral) {
        return in(
                ephemeral,
                "volumeClaimTemplate",
                template -> in(template, "spec", PersistentVolumeClaims::specDefaults));
    }

    private static ObjectTree status(ObjectTree status) {
        return addresses(status, "podIP", "podIPs");
    }

    /// One address and the list that starts with it: where they differ the single one holds, as older kubelets
    /// know
    /// only it.
    static ObjectTree addresses(ObjectTree tree, String single, String plural) {
        String one = tree.text(single);
        ListTree all = tree.list(plural);
        String first = all.isEmpty() ? "" : all.get(0).object().text("ip");
        if (one.equals(first)) return tree;
        if (one.isEmpty()) return tree.with(single, first);
        return tree.with(plural, ListTree.of(ObjectTree.of("ip", one)));
    }
}
