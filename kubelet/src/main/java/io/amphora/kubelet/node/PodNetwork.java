package io.amphora.kubelet.node;

import io.amphora.api.core.v1.Node;
import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells the runtime which addresses the Pods of this node get, as soon as the cluster has given the node a range
/// (`spec.podCIDR`). Until then the runtime has no network, and the node is not ready.
///
/// What it writes is the configuration of two CNI plugins: `ptp`, a link from each Pod to the node, which routes
/// (docs/decisions/0003), and `host-local`, which hands out the addresses.
///
/// @param folder where the runtime looks for its network
public record PodNetwork(Path folder) {
    private static final Logger LOG = LoggerFactory.getLogger(PodNetwork.class);
    private static final String FILE = "10-amphora.conflist";

    /// Takes over the node's range, if it has one and it is news.
    public void follow(Node node) {
        if (node.spec().podCIDR().isEmpty()) return;
        try {
            write(Json.bytes(configuration(node.spec().podCIDR())));
        } catch (IOException failure) {
            LOG.error("cannot tell the runtime of its network: {}", failure.getMessage());
        }
    }

    ObjectTree configuration(String podCidr) {
        ObjectTree addresses = ObjectTree.of(
                "type",
                "host-local",
                "dataDir",
                folder.resolve("leases").toString(),
                "ranges",
                ListTree.of(ListTree.of(ObjectTree.of("subnet", podCidr))),
                "routes",
                ListTree.of(ObjectTree.of("dst", "0.0.0.0/0")));
        ObjectTree link = ObjectTree.of("type", "ptp", "ipMasq", false, "ipam", addresses);
        return ObjectTree.of("cniVersion", "1.0.0", "name", "amphora", "plugins", ListTree.of(link));
    }

    /// At once, so that the runtime never reads half of it.
    private void write(byte[] text) throws IOException {
        Path file = folder.resolve(FILE);
        if (Files.exists(file) && java.util.Arrays.equals(Files.readAllBytes(file), text)) return;
        Files.createDirectories(folder);
        Path draft = folder.resolve("." + FILE);
        Files.write(draft, text);
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
