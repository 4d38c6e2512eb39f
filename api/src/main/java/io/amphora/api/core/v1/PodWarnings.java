package io.amphora.api.core.v1;

import io.amphora.api.validation.PodAnnotations;
import io.amphora.api.validation.PodSpecs;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.field.GoText;
import io.amphora.machinery.net.IpChecks;
import io.amphora.machinery.quantity.Quantity;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/// What is allowed in a Pod, or in the template of one, and probably not meant, or no longer works.
public final class PodWarnings {
    private static final String CRITICAL = "scheduler.alpha.kubernetes.io/critical-pod";
    private static final String NO_SELECTOR = "a null labelSelector results in matching no pod";

    private final List<String> warnings = new ArrayList<>();
    private final Map<String, String> annotations;
    private final PodSpec spec;

    /// By number and protocol.
    private final Map<String, List<DefinedPort>> ports = new HashMap<>();

    private final FieldPath metadata;
    private final FieldPath at;

    private PodWarnings(Map<String, String> annotations, PodSpec spec, FieldPath metadata, FieldPath at) {
        this.annotations = annotations;
        this.spec = spec;
        this.metadata = metadata;
        this.at = at;
    }

    /// @param metadata the path of the Pod's metadata, for warnings about annotations
    public static List<String> of(Map<String, String> annotations, PodSpec spec, FieldPath metadata, FieldPath at) {
        var all = new PodWarnings(annotations, spec, metadata, at);
        all.appArmor();
        all.nodeLabels();
        all.topologySpread();
        all.annotation(CRITICAL, "non-functional in v1.16+; use the \"priorityClassName\" field instead");
        for (int i = 0; i < spec.volumes().size(); i++)
            VolumeWarnings.of(spec.volumes().get(i), at.child("volumes").index(i), all.warnings);
        all.references();
        all.fractions(spec.overhead(), at.child("overhead"));
        if (spec.securityContext().findSeccompProfile().isEmpty())
            all.annotation(
                    PodAnnotations.SECCOMP_POD, "non-functional in v1.27+; use the \"seccompProfile\" field instead");
        PodSpecs.eachContainer(spec, at, all::container);
        if (spec.terminationGracePeriodSeconds() < 0)
            all.warn(
                    at.child("terminationGracePeriodSeconds"),
                    "must be >= 0; negative values are invalid and will be treated as 1");
        all.affinities();
        all.addresses();
        return all.warnings;
    }

    /// @param at the template's path
    public static List<String> ofTemplate(PodTemplateSpec template, FieldPath at) {
        return of(template.metadata().annotations(), template.spec(), at.child("metadata"), at.child("spec"));
    }

    private void warn(FieldPath field, String what) {
        warnings.add(field + ": " + what);
    }

    private void annotation(String key, String what) {
        if (annotations.containsKey(key)) warn(metadata.child("annotations").key(key), what);
    }

    private void appArmor() {
        for (String key : annotations.keySet()) {
            if (!key.startsWith(PodAnnotations.APP_ARMOR)) continue;
            String name = key.substring(PodAnnotations.APP_ARMOR.length());
            boolean[] hasField = new boolean[1];
            PodSpecs.eachContainer(
                    spec,
                    at,
                    (container, path) -> hasField[0] |= container.name().equals(name)
                            && container.securityContext().findAppArmorProfile().isPresent());
            if (!hasField[0] || fieldIsFromAnnotation(name, key))
                annotation(key, "deprecated since v1.30; use the \"appArmorProfile\" field instead");
        }
    }

    /// The field is filled from the annotation before warnings are given, so a field alone proves nothing.
    private boolean fieldIsFromAnnotation(String name, String key) {
        String annotation = annotations.getOrDefault(key, "");
        boolean[] same = new boolean[1];
        PodSpecs.eachContainer(spec, at, (container, path) -> {
            if (!container.name().equals(name)) return;
            AppArmorProfile profile = container.securityContext().appArmorProfile();
            String written = switch (profile.type()) {
                case "Unconfined" -> "unconfined";
                case "RuntimeDefault" -> "runtime/default";
                default -> PodAnnotations.LOCALHOST + profile.localhostProfile();
            };
            same[0] |= written.equals(annotation);
        });
        return same[0];
    }

    private void nodeLabels() {
        for (String label : spec.nodeSelector().keySet()) {
            String old = NodeLabels.deprecation(label);
            if (!old.isEmpty()) warn(at.child("nodeSelector").key(label), old);
        }
        NodeAffinity affinity = spec.affinity().nodeAffinity();
        FieldPath path = at.child("affinity").child("nodeAffinity");
        var required = affinity.requiredDuringSchedulingIgnoredDuringExecution().nodeSelectorTerms();
        for (int i = 0; i < required.size(); i++)
            term(
                    required.get(i),
                    path.child("requiredDuringSchedulingIgnoredDuringExecution")
                            .child("nodeSelectorTerms")
                            .index(i));
        var preferred = affinity.preferredDuringSchedulingIgnoredDuringExecution();
        for (int i = 0; i < preferred.size(); i++)
            term(
                    preferred.get(i).preference(),
                    path.child("preferredDuringSchedulingIgnoredDuringExecution")
                            .index(i)
                            .child("preference"));
    }

    private void term(NodeSelectorTerm term, FieldPath path) {
        var expressions = term.matchExpressions();
        for (int i = 0; i < expressions.size(); i++) {
            String key = expressions.get(i).key();
            String old = NodeLabels.deprecation(key);
            if (!old.isEmpty()) warn(path.child("matchExpressions").index(i).child("key"), key + " is " + old);
        }
    }

    private void topologySpread() {
        var constraints = spec.topologySpreadConstraints();
        for (int i = 0; i < constraints.size(); i++) {
            FieldPath path = at.child("topologySpreadConstraints").index(i);
            String key = constraints.get(i).topologyKey();
            String old = NodeLabels.deprecation(key);
            if (!old.isEmpty()) warn(path.child("topologyKey"), key + " is " + old);
            if (constraints.get(i).findLabelSelector().isEmpty()) warn(path.child("labelSelector"), NO_SELECTOR);
        }
    }

    private void references() {
        var ips = new HashSet<String>();
        var aliases = spec.hostAliases();
        for (int i = 0; i < aliases.size(); i++)
            if (!ips.add(aliases.get(i).ip()))
                warn(
                        at.child("hostAliases").index(i).child("ip"),
                        "duplicate ip " + GoText.quote(aliases.get(i).ip()));
        var names = new HashSet<String>();
        var secrets = spec.imagePullSecrets();
        FieldPath list = at.child("imagePullSecrets");
        for (int i = 0; i < secrets.size(); i++)
            if (!names.add(secrets.get(i).name()))
                warn(
                        list.index(i).child("name"),
                        "duplicate name " + GoText.quote(secrets.get(i).name()));
        for (int i = 0; i < secrets.size(); i++)
            if (secrets.get(i).name().isEmpty()) warn(list.index(i).child("name"), "invalid empty name \"\"");
    }

    private void container(Container container, FieldPath path) {
        ResourceRequirements resources = container.resources();
        for (String name : List.of("memory", "ephemeral-storage")) {
            fraction(resources.limits(), name, path.child("resources").child("limits"));
            fraction(resources.requests(), name, path.child("resources").child("requests"));
        }
        variables(container, path.child("env"));
        if (container.securityContext().findSeccompProfile().isEmpty())
            annotation(
                    PodAnnotations.SECCOMP_CONTAINER + container.name(),
                    "non-functional in v1.27+; use the \"seccompProfile\" field instead");
        ports(container.ports(), path.child("ports"));
    }

    private void fractions(Map<String, String> resources, FieldPath path) {
        for (String name : List.of("memory", "ephemeral-storage")) fraction(resources, name, path);
    }

    private void fraction(Map<String, String> resources, String name, FieldPath path) {
        String text = resources.get(name);
        if (text != null && !Quantity.parse(text).isWhole())
            warn(path.key(name), "fractional byte value " + GoText.quote(text) + " is invalid, must be an integer");
    }

    /// A second definition is in order when it adds to the first: `PATH=$(PATH):/more`.
    private void variables(Container container, FieldPath list) {
        var names = new HashSet<String>();
        var vars = container.env();
        for (int i = 0; i < vars.size(); i++) {
            EnvVar var = vars.get(i);
            if (names.add(var.name())) continue;
            String reference = "$(" + var.name() + ")";
            boolean adds = var.findValueFrom().isEmpty()
                    && var.value().contains(reference)
                    && !var.value().equals(reference);
            if (!adds)
                warn(
                        list.index(i),
                        "hides previous definition of " + GoText.quote(var.name())
                                + ", which may be dropped when using apply");
        }
    }

    /// Of all containers together: they share the Pod's addresses.
    private void ports(List<ContainerPort> added, FieldPath list) {
        for (int i = 0; i < added.size(); i++) {
            ContainerPort port = added.get(i);
            FieldPath field = list.index(i);
            var same = ports.computeIfAbsent(port.containerPort() + "/" + port.protocol(), any -> new ArrayList<>());
            for (DefinedPort other : same) {
                String how = likeness(port, other.port());
                if (!how.isEmpty()) warn(field, how + " port definition with " + other.field());
            }
            same.add(new DefinedPort(field, port));
        }
    }

    private record DefinedPort(FieldPath field, ContainerPort port) {}

    /// Of two definitions of one port and protocol.
    private static String likeness(ContainerPort one, ContainerPort other) {
        boolean sameAddress = one.hostIP().equals(other.hostIP());
        if (one.hostPort() == other.hostPort() && sameAddress) return "duplicate";
        if (one.hostPort() == 0 || other.hostPort() == 0) return "overlapping";
        boolean everywhere = one.hostIP().isEmpty() != other.hostIP().isEmpty();
        return one.hostPort() == other.hostPort() && everywhere ? "dangerously ambiguous" : "";
    }

    private void affinities() {
        FieldPath path = at.child("affinity");
        PodAffinity near = spec.affinity().podAffinity();
        required(near.requiredDuringSchedulingIgnoredDuringExecution(), path.child("podAffinity"));
        preferred(near.preferredDuringSchedulingIgnoredDuringExecution(), path.child("podAffinity"));
        PodAntiAffinity away = spec.affinity().podAntiAffinity();
        required(away.requiredDuringSchedulingIgnoredDuringExecution(), path.child("podAntiAffinity"));
        preferred(away.preferredDuringSchedulingIgnoredDuringExecution(), path.child("podAntiAffinity"));
    }

    private void required(List<PodAffinityTerm> terms, FieldPath path) {
        for (int i = 0; i < terms.size(); i++)
            if (terms.get(i).findLabelSelector().isEmpty())
                warn(
                        path.child("requiredDuringSchedulingIgnoredDuringExecution")
                                .index(i)
                                .child("labelSelector"),
                        NO_SELECTOR);
    }

    private void preferred(List<WeightedPodAffinityTerm> terms, FieldPath path) {
        for (int i = 0; i < terms.size(); i++)
            if (terms.get(i).podAffinityTerm().findLabelSelector().isEmpty())
                warn(
                        path.child("preferredDuringSchedulingIgnoredDuringExecution")
                                .index(i)
                                .child("podAffinityTerm")
                                .child("labelSelector"),
                        NO_SELECTOR);
    }

    private void addresses() {
        var servers = spec.dnsConfig().nameservers();
        for (int i = 0; i < servers.size(); i++)
            warnings.addAll(IpChecks.warningsForIP(
                    at.child("dnsConfig").child("nameservers").index(i), servers.get(i)));
        var aliases = spec.hostAliases();
        for (int i = 0; i < aliases.size(); i++)
            warnings.addAll(IpChecks.warningsForIP(
                    at.child("hostAliases").index(i).child("ip"), aliases.get(i).ip()));
    }
}
