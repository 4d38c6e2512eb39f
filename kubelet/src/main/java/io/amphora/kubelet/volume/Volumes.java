package io.amphora.kubelet.volume;

import io.amphora.api.ApiException;
import io.amphora.api.core.v1.Container;
import io.amphora.api.core.v1.PersistentVolumeClaims;
import io.amphora.api.core.v1.PersistentVolumes;
import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.Volume;
import io.amphora.api.core.v1.VolumeMount;
import io.amphora.client.Client;
import io.amphora.kubelet.container.ConfigError;
import io.amphora.kubelet.container.Expansion;
import io.amphora.kubelet.container.Surroundings;
import io.amphora.machinery.quantity.Quantity;
import io.amphora.machinery.time.Clock;
import io.amphora.runtime.Container.Mount;
import io.amphora.runtime.Container.Mount.Propagation;
import io.amphora.runtime.FileTrees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/// The volumes of this node's Pods. Safe for any number of Pods at once; one Pod's volumes are handled by its
/// worker
/// alone.
///
/// ```
/// <pods>/<uid>/volumes/kubernetes.io~<kind>/<volume>/
/// ```
public final class Volumes {
    private static final DateTimeFormatter VERSION =
            DateTimeFormatter.ofPattern("yyyy_MM_dd_HH_mm_ss.SSSSSSSSS").withZone(ZoneOffset.UTC);

    private final Path pods;
    private final Client client;
    private final Clock clock;
    private final Tokens tokens;

    /// @param pods the folder in which every Pod has one named by its uid
    public Volumes(Path pods, Client client, Clock clock) {
        this.pods = pods;
        this.client = client;
        this.clock = clock;
        this.tokens = new Tokens(client, clock);
    }

    public Path podFolder(String uid) {
        return pods.resolve(uid);
    }

    /// Where a volume lies.
    ///
    /// @param shown whether it shows objects of the API: no container may change it, since this node goes on
    ///     writing there (CVE-2017-1002102)
    public record Place(Path path, boolean shown) {}

    /// Makes all volumes of a Pod, or brings those that show objects up to date; returns where each lies.
    public Map<String, Place> setUp(Pod pod, Surroundings around) throws VolumeException {
        var payloads = new Payloads(pod, around, tokens);
        var places = new LinkedHashMap<String, Place>();
        for (var volume : pod.spec().volumes()) {
            try {
                places.put(volume.name(), setUp(pod, volume, payloads));
            } catch (IOException | ConfigError | ApiException failure) {
                throw VolumeException.of(volume.name(), failure);
            }
        }
        return places;
    }

    private Place setUp(Pod pod, Volume volume, Payloads payloads) throws IOException, ConfigError, VolumeException {
        var files = payloads.of(volume);
        return files.isPresent()
                ? new Place(shown(pod, volume, files.get()), true)
                : new Place(own(pod, volume), false);
    }

    private Path shown(Pod pod, Volume volume, Map<String, AtomicWriter.Payload> files) throws IOException {
        var group = pod.spec().securityContext().findFsGroup();
        Path folder = folder(pod, kind(volume), volume.name());
        boolean inMemory =
                volume.findConfigMap().isEmpty() && volume.findDownwardAPI().isEmpty();
        if (inMemory) Tmpfs.mount(folder, 0);
        else Files.createDirectories(folder);
        Permissions.set(folder, 0755, OptionalLong.empty());
        var owned = new LinkedHashMap<String, AtomicWriter.Payload>();
        files.forEach((path, file) -> owned.put(path, group.isPresent() ? file.sharedWithGroup() : file));
        AtomicWriter.write(folder, owned, VERSION.format(clock.now()), group);
        return folder;
    }

    private Path own(Pod pod, Volume volume) throws IOException, VolumeException {
        var group = pod.spec().securityContext().findFsGroup();
        if (volume.findEmptyDir().isPresent()) return emptyDir(pod, volume, group);
        if (volume.findHostPath().isPresent())
            return HostPaths.check(volume.hostPath().path(), volume.hostPath().type());
        if (volume.findPersistentVolumeClaim().isPresent())
            return claimed(pod, volume.persistentVolumeClaim().claimName());
        if (volume.findEphemeral().isPresent()) return claimed(pod, pod.name() + "-" + volume.name());
        throw new IOException("this node does not support volumes of this kind: "
                + String.join(", ", volume.tree().without("name").names()));
    }

    private Path emptyDir(Pod pod, Volume volume, OptionalLong group) throws IOException {
        Path folder = folder(pod, "empty-dir", volume.name());
        boolean made = Files.exists(folder);
        var source = volume.emptyDir();
        if (source.medium().equals("Memory"))
            Tmpfs.mount(
                    folder,
                    source.findSizeLimit()
                            .map(Quantity::parse)
                            .map(Quantity::value)
                            .orElse(0L));
        else if (!source.medium().isEmpty())
            throw new IOException("unknown storage medium \"" + source.medium() + "\"");
        Files.createDirectories(folder);
        if (!made) {
            Permissions.set(folder, 0777, OptionalLong.empty());
            if (group.isPresent()) Permissions.set(folder, 0777 | Permissions.SET_GROUP_ID, group);
        }
        return folder;
    }

    /// A claim that is bound to a path of this node.
    private Path claimed(Pod pod, String claimName) throws IOException {
        var claim = client.resource(PersistentVolumeClaims.DEFINITION)
                .inNamespace(pod.namespace())
                .get(claimName);
        if (!claim.status().phase().equals("Bound") || claim.spec().volumeName().isEmpty())
            throw new IOException("PVC " + pod.namespace() + "/" + claimName + " is not bound");
        var spec = client.resource(PersistentVolumes.DEFINITION)
                .get(claim.spec().volumeName())
                .spec();
        if (spec.findHostPath().isPresent())
            return HostPaths.check(spec.hostPath().path(), spec.hostPath().type());
        if (spec.findLocal().isPresent()) return HostPaths.check(spec.local().path(), "Directory");
        throw new IOException("this node does not support the kind of PersistentVolume "
                + claim.spec().volumeName());
    }

    private Path folder(Pod pod, String kind, String name) {
        return podFolder(pod.uid())
                .resolve("volumes")
                .resolve("kubernetes.io~" + kind)
                .resolve(name);
    }

    private static String kind(Volume volume) {
        if (volume.findConfigMap().isPresent()) return "configmap";
        if (volume.findSecret().isPresent()) return "secret";
        return volume.findProjected().isPresent() ? "projected" : "downward-api";
    }

    /// What a container mounts of its Pod's volumes.
    ///
    /// @param environment the container's, for `subPathExpr`
    public List<Mount> mounts(Pod pod, Container container, Map<String, Place> places, Map<String, String> environment)
            throws ConfigError {
        var mounts = new ArrayList<Mount>();
        var expansion = new Expansion();
        for (var mount : container.volumeMounts()) {
            Place place = places.get(mount.name());
            if (place == null)
                throw ConfigError.config("cannot find volume \"" + mount.name() + "\" to mount into container \""
                        + container.name() + "\"");
            String sub = mount.subPathExpr().isEmpty()
                    ? mount.subPath()
                    : expansion.expand(mount.subPathExpr(), environment::get);
            Path path = sub.isEmpty() ? place.path() : part(pod, container, mounts.size(), mount.name(), place, sub);
            String inside = mount.mountPath().startsWith("/") ? mount.mountPath() : "/" + mount.mountPath();
            mounts.add(new Mount(inside, path.toString(), mount.readOnly() || place.shown(), propagation(mount)));
        }
        return mounts;
    }

    private Path part(Pod pod, Container container, int index, String volume, Place place, String sub)
            throws ConfigError {
        Path path = Path.of(sub);
        for (Path each : path)
            if (path.isAbsolute() || each.toString().equals(".."))
                throw ConfigError.config("subPath \"" + sub + "\" of volume " + volume + " leaves the volume");
        Path target = podFolder(pod.uid())
                .resolve("volume-subpaths")
                .resolve(volume)
                .resolve(container.name())
                .resolve(Integer.toString(index));
        try {
            SubPaths.mount(place.path(), sub, target);
            return target;
        } catch (IOException failure) {
            throw ConfigError.config(
                    "failed to prepare subPath for volumeMount \"" + volume + "\": " + failure.getMessage());
        }
    }

    private static Propagation propagation(VolumeMount mount) {
        return switch (mount.mountPropagation()) {
            case "HostToContainer" -> Propagation.HOST_TO_CONTAINER;
            case "Bidirectional" -> Propagation.BIDIRECTIONAL;
            default -> Propagation.PRIVATE;
        };
    }

    /// Takes away all that a Pod had on this node but its logs.
    public void tearDown(String uid) throws IOException {
        tokens.forget(uid);
        Path folder = podFolder(uid);
        FileTrees.unmountUnder(folder);
        FileTrees.delete(folder);
    }

    /// The Pods that have a folder here.
    public List<String> known() throws IOException {
        if (!Files.isDirectory(pods)) return List.of();
        try (var all = Files.list(pods)) {
            return all.map(one -> one.getFileName().toString()).toList();
        }
    }
}
