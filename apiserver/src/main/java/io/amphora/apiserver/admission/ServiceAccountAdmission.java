package io.amphora.apiserver.admission;

import io.amphora.api.ApiException;
import io.amphora.api.core.v1.Container;
import io.amphora.api.core.v1.LocalObjectReference;
import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.ServiceAccount;
import io.amphora.api.core.v1.ServiceAccounts;
import io.amphora.apiserver.admission.AdmissionRequest.Operation;
import io.amphora.machinery.random.Randomness;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// Gives every new Pod a service account, and its containers the account's token, the cluster's CA and their
/// namespace (KEP-1205).
public final class ServiceAccountAdmission implements AdmissionPlugin {
    private static final String MOUNT_PATH = "/var/run/secrets/kubernetes.io/serviceaccount";
    private static final String MIRROR = "kubernetes.io/config.mirror";
    private static final String ENFORCE = "kubernetes.io/enforce-mountable-secrets";

    /// An hour, and a little more that tells tokens made by this plugin from others.
    private static final int TOKEN_SECONDS = 3607;

    private final Randomness randomness;

    public ServiceAccountAdmission(Randomness randomness) {
        this.randomness = randomness;
    }

    @Override
    public String name() {
        return "ServiceAccount";
    }

    @Override
    public ObjectTree mutate(AdmissionRequest request, ObjectTree object) {
        if (!request.is("", "Pod", Operation.CREATE)) return object;
        if (object.object("metadata").object("annotations").has(MIRROR)) {
            refuseSecretsOfMirror(request, Pod.of(object));
            return object;
        }
        String name = object.object("spec").text("serviceAccountName");
        ObjectTree named = name.isEmpty() ? withAccount(object, "default") : withAccount(object, name);
        ServiceAccount account = account(request, named);
        ObjectTree mounted = mountsToken(Pod.of(named), account) ? withToken(named) : named;
        return mounted.object("spec").list("imagePullSecrets").isEmpty()
                        && !account.imagePullSecrets().isEmpty()
                ? mounted.withAt(account.tree().get("imagePullSecrets"), "spec", "imagePullSecrets")
                : mounted;
    }

    @Override
    public void validate(AdmissionRequest request, ObjectTree object) {
        if (!request.is("", "Pod", Operation.CREATE)
                || object.object("metadata").object("annotations").has(MIRROR)) return;
        ServiceAccount account = account(request, object);
        if ("true".equals(account.metadata().annotations().get(ENFORCE)))
            requireMountable(request, Pod.of(object), account);
    }

    private static ObjectTree withAccount(ObjectTree pod, String name) {
        return pod.withAt(Tree.of(name), "spec", "serviceAccountName").withAt(Tree.of(name), "spec", "serviceAccount");
    }

    private static ServiceAccount account(AdmissionRequest request, ObjectTree pod) {
        String name = pod.object("spec").text("serviceAccountName");
        return request.cluster()
                .find(ServiceAccounts.DEFINITION, request.namespace(), name)
                .map(stored -> ServiceAccount.of(stored.tree()))
                .orElseThrow(() -> forbidden(
                        request,
                        "error looking up service account " + request.namespace() + "/" + name + ": serviceaccount \""
                                + name + "\" not found"));
    }

    private static boolean mountsToken(Pod pod, ServiceAccount account) {
        return pod.spec()
                .findAutomountServiceAccountToken()
                .or(account::findAutomountServiceAccountToken)
                .orElse(true);
    }

    private ObjectTree withToken(ObjectTree pod) {
        ObjectTree spec = pod.object("spec");
        String volume = spec.list("volumes").stream()
                .map(each -> each.object().text("name"))
                .filter(name -> name.startsWith("kube-api-access-"))
                .findFirst()
                .orElse("");
        boolean present = !volume.isEmpty();
        String name = present ? volume : "kube-api-access-" + randomness.suffix(5);
        ObjectTree mounted = spec.change("containers", list -> list.list().map(each -> withMount(each.object(), name)))
                .change("initContainers", list -> list.list().map(each -> withMount(each.object(), name)));
        if (mounted.equals(spec)) return pod;
        return pod.with(
                "spec",
                present ? mounted : mounted.with("volumes", spec.list("volumes").plus(volume(name))));
    }

    private static ObjectTree withMount(ObjectTree container, String volume) {
        boolean taken = container.list("volumeMounts").stream()
                .anyMatch(each -> each.object().text("mountPath").equals(MOUNT_PATH));
        if (taken) return container;
        return container.with(
                "volumeMounts",
                container
                        .list("volumeMounts")
                        .plus(ObjectTree.of("name", volume, "readOnly", true, "mountPath", MOUNT_PATH)));
    }

    private static ObjectTree volume(String name) {
        ObjectTree token = ObjectTree.of(
                "serviceAccountToken", ObjectTree.of("expirationSeconds", TOKEN_SECONDS, "path", "token"));
        ObjectTree authority = ObjectTree.of(
                "configMap",
                ObjectTree.of(
                        "name",
                        "kube-root-ca.crt",
                        "items",
                        ListTree.of(ObjectTree.of("key", "ca.crt", "path", "ca.crt"))));
        ObjectTree namespace = ObjectTree.of(
                "downwardAPI",
                ObjectTree.of(
                        "items",
                        ListTree.of(ObjectTree.of(
                                "path",
                                "namespace",
                                "fieldRef",
                                ObjectTree.of("apiVersion", "v1", "fieldPath", "metadata.namespace")))));
        return ObjectTree.of(
                "name",
                name,
                "projected",
                ObjectTree.of("sources", ListTree.of(token, authority, namespace), "defaultMode", 420));
    }

    private static void refuseSecretsOfMirror(AdmissionRequest request, Pod pod) {
        if (!pod.spec().serviceAccountName().isEmpty())
            throw forbidden(request, "a mirror pod may not reference service accounts");
        boolean secrets = pod.spec().volumes().stream()
                .anyMatch(volume -> volume.findSecret().isPresent());
        if (secrets) throw forbidden(request, "a mirror pod may not reference secrets");
    }

    private static void requireMountable(AdmissionRequest request, Pod pod, ServiceAccount account) {
        Set<String> allowed =
                account.secrets().stream().map(each -> each.name()).collect(Collectors.toSet());
        String who = "is not allowed because service account " + account.name() + " does not reference that ";
        for (var volume : pod.spec().volumes()) {
            String secret = volume.secret().secretName();
            if (!secret.isEmpty() && !allowed.contains(secret))
                throw forbidden(request, "volume with secret.secretName=\"" + secret + "\" " + who + "secret");
        }
        for (List<Container> containers :
                List.of(pod.spec().initContainers(), pod.spec().containers()))
            for (Container container : containers)
                for (var variable : container.env()) {
                    String secret = variable.valueFrom().secretKeyRef().name();
                    if (!secret.isEmpty() && !allowed.contains(secret))
                        throw forbidden(
                                request,
                                (containers == pod.spec().initContainers() ? "init container " : "container ")
                                        + container.name()
                                        + " with envVar " + variable.name() + " referencing secret.secretName=\""
                                        + secret + "\" " + who
                                        + "secret");
                }
        Set<String> pulls = account.imagePullSecrets().stream()
                .map(LocalObjectReference::name)
                .collect(Collectors.toSet());
        List<LocalObjectReference> wanted = pod.spec().imagePullSecrets();
        for (int i = 0; i < wanted.size(); i++)
            if (!pulls.contains(wanted.get(i).name()))
                throw forbidden(
                        request,
                        "imagePullSecrets[" + i + "].name=\"" + wanted.get(i).name() + "\" " + who + "imagePullSecret");
    }

    private static ApiException forbidden(AdmissionRequest request, String why) {
        return ApiException.forbidden(request.resource(), request.name(), why);
    }
}
