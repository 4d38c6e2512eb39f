package io.amphora.kubectl.describe;

import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;

/// Volumes of a Pod or a template, and what a PersistentVolume stands for.
final class Volumes {
    private Volumes() {}

    /// @param space what stands before every name
    static void describe(Page page, ListTree volumes, String space) {
        if (volumes.isEmpty()) {
            page.line(space + "Volumes:\t<none>");
            return;
        }
        page.line(space + "Volumes:");
        for (Tree volume : volumes) {
            page.line(1, (space.isEmpty() ? "" : " ") + volume.object().text("name") + ":");
            source(page, volume.object());
        }
    }

    static void source(Page page, ObjectTree volume) {
        for (String type : volume.names()) {
            ObjectTree source = volume.object(type);
            switch (type) {
                case "hostPath" -> {
                    type(page, "HostPath (bare host directory volume)");
                    page.field(2, "Path", source.text("path"));
                    page.field(2, "HostPathType", source.has("type") ? source.text("type") : "<none>");
                }
                case "emptyDir" -> {
                    type(page, "EmptyDir (a temporary directory that shares a pod's lifetime)");
                    page.field(2, "Medium", source.text("medium"));
                    page.field(2, "SizeLimit", Page.orUnset(source.get("sizeLimit")));
                }
                case "secret" -> {
                    type(page, "Secret (a volume populated by a Secret)");
                    page.field(2, "SecretName", source.text("secretName"));
                    page.field(2, "Optional", Boolean.toString(source.bool("optional")));
                }
                case "configMap" -> {
                    type(page, "ConfigMap (a volume populated by a ConfigMap)");
                    page.field(2, "Name", source.text("name"));
                    page.field(2, "Optional", Boolean.toString(source.bool("optional")));
                }
                case "downwardAPI" -> {
                    type(page, "DownwardAPI (a volume populated by information about the pod)");
                    page.line(2, "Items:");
                    for (Tree item : source.list("items")) downward(page, item.object());
                }
                case "projected" -> {
                    type(page, "Projected (a volume that contains injected data from multiple sources)");
                    for (Tree each : source.list("sources")) projected(page, each.object());
                }
                case "persistentVolumeClaim" -> {
                    type(page, "PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)");
                    page.field(2, "ClaimName", source.text("claimName"));
                    page.field(2, "ReadOnly", Boolean.toString(source.bool("readOnly")));
                }
                case "nfs" -> {
                    type(page, "NFS (an NFS mount that lasts the lifetime of a pod)");
                    page.field(2, "Server", source.text("server"));
                    page.field(2, "Path", source.text("path"));
                    page.field(2, "ReadOnly", Boolean.toString(source.bool("readOnly")));
                }
                case "local" -> {
                    type(page, "LocalVolume (a persistent volume backed by local storage on a node)");
                    page.field(2, "Path", source.text("path"));
                }
                case "csi" -> csi(page, source);
                case "ephemeral" -> {
                    type(
                            page,
                            "EphemeralVolume (an inline specification for a volume that gets created and deleted with"
                                    + " the pod)");
                    ObjectTree claim = source.object("volumeClaimTemplate");
                    PersistentVolumeClaims.template(page, 2, claim);
                }
                case "image" -> {
                    type(page, "Image (a container image or OCI artifact)");
                    page.field(2, "Reference", source.text("reference"));
                    page.field(2, "PullPolicy", source.text("pullPolicy"));
                }
                case "iscsi" -> {
                    type(
                            page,
                            "ISCSI (an ISCSI Disk resource that is attached to a kubelet's host machine and then"
                                    + " exposed to the pod)");
                    page.field(2, "TargetPortal", source.text("targetPortal"));
                    page.field(2, "IQN", source.text("iqn"));
                    page.field(2, "Lun", Long.toString(source.whole("lun")));
                    page.field(2, "ISCSIInterface", source.text("iscsiInterface"));
                    page.field(2, "FSType", source.text("fsType"));
                    page.field(2, "ReadOnly", Boolean.toString(source.bool("readOnly")));
                }
                default -> {}
            }
        }
    }

    private static void type(Page page, String text) {
        page.field(2, "Type", text);
    }

    private static void csi(Page page, ObjectTree source) {
        type(page, "CSI (a Container Storage Interface (CSI) volume source)");
        page.field(2, "Driver", source.text("driver"));
        page.field(2, "FSType", source.text("fsType"));
        if (source.has("volumeHandle")) page.field(2, "VolumeHandle", source.text("volumeHandle"));
        page.field(2, "ReadOnly", Boolean.toString(source.bool("readOnly")));
        ObjectTree attributes = source.object("volumeAttributes");
        if (attributes.isEmpty()) {
            page.field(2, "VolumeAttributes", "<none>");
            return;
        }
        String head = "VolumeAttributes:";
        for (var pair : attributes) {
            page.line(2, head + "\t    " + pair.getKey() + "=" + Page.text(pair.getValue()));
            head = "";
        }
    }

    private static void downward(Page page, ObjectTree item) {
        if (item.has("fieldRef")) page.line(3, item.object("fieldRef").text("fieldPath") + " -> " + item.text("path"));
        if (item.has("resourceFieldRef"))
            page.line(3, item.object("resourceFieldRef").text("resource") + " -> " + item.text("path"));
    }

    private static void projected(Page page, ObjectTree source) {
        if (source.has("secret")) optional(page, "SecretName", source.object("secret"));
        if (source.has("downwardAPI")) page.field(2, "DownwardAPI", "true");
        if (source.has("configMap")) optional(page, "ConfigMapName", source.object("configMap"));
        if (source.has("serviceAccountToken"))
            page.field(
                    2,
                    "TokenExpirationSeconds",
                    Long.toString(source.object("serviceAccountToken").whole("expirationSeconds")));
        if (source.has("clusterTrustBundle")) {
            ObjectTree bundle = source.object("clusterTrustBundle");
            page.field(
                    2,
                    bundle.has("name") ? "ClusterTrustBundle Name" : "ClusterTrustBundle Signer Name",
                    bundle.has("name") ? bundle.text("name") : bundle.text("signerName"));
        }
    }

    private static void optional(Page page, String label, ObjectTree source) {
        page.field(2, label, source.text("name"));
        page.field(2, "Optional", Boolean.toString(source.bool("optional")));
    }
}
