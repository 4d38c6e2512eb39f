package io.amphora.proxy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Hands scripts to the kernel's packet filter, by the `nft` program of this network namespace. A script is one
/// transaction.
final class Nft {
    private static final Logger LOG = LoggerFactory.getLogger(Nft.class);

    private Nft() {}

    /// @throws IOException with what nft says when it refuses the script; then nothing changed
    static void apply(String script) throws IOException {
        Tools.run(script, "nft", "-f", "-");
    }

    /// Forgets UDP connections.
    ///
    /// @param which as arguments of `conntrack`
    static void forgetUdp(List<String> which) {
        var command = new ArrayList<>(List.of("conntrack", "-D", "-p", "udp"));
        command.addAll(which);
        try {
            Tools.run("", command.toArray(String[]::new));
        } catch (IOException none) {
            LOG.debug("no UDP connection {} to forget", which);
        }
    }
}
