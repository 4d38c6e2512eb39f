package io.amphora.proxy;

import java.io.IOException;
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

    /// Forgets the UDP connections to an endpoint that is gone: without a hand-shake, clients would go on sending
    /// there.
    static void forgetUdp(String address) {
        try {
            Tools.run("", "conntrack", "-D", "-p", "udp", "--dst-nat", address);
        } catch (IOException none) {
            LOG.debug("no UDP connection to {} to forget", address);
        }
    }
}
