package io.amphora.kubectl.command;

import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.Session;
import io.amphora.machinery.tree.ObjectTree;
import java.util.Base64;
import java.util.List;

/// `config set-cluster`
final class ConfigSetCluster implements Command {
    @Override
    public String name() {
        return "set-cluster";
    }

    @Override
    public String summary() {
        return "Set a cluster entry in kubeconfig";
    }

    @Override
    public String usage() {
        return "kubectl config set-cluster NAME [--server=server] [--certificate-authority=path/to/certificate/authority] [--insecure-skip-tls-verify=true] [--tls-server-name=example.com]";
    }

    @Override
    public Flags.Known flags(Flags.Known common) {
        return common.bool("embed-certs").text("proxy-url");
    }

    @Override
    public void run(Session session) {
        Flags flags = session.flags();
        String name = Config.name(session);
        String authority = flags.text("certificate-authority");
        if (flags.isSet("insecure-skip-tls-verify") && !authority.isEmpty())
            throw Failure.error("you cannot specify a certificate authority and insecure mode at the same time");
        if (flags.isSet("embed-certs") && authority.isEmpty())
            throw Failure.error("you must specify a --certificate-authority to embed");
        Config.change(
                session,
                "clusters",
                name,
                config -> Config.with(config, "clusters", name, before -> {
                    ObjectTree after = before;
                    for (String field : List.of("server", "tls-server-name", "proxy-url"))
                        if (flags.has(field))
                            after = after.with(field, flags.text(field).replaceFirst("/+$", ""));
                    if (flags.has("insecure-skip-tls-verify")) {
                        boolean insecure = flags.isSet("insecure-skip-tls-verify");
                        after = insecure
                                ? after.with("insecure-skip-tls-verify", true)
                                        .without("certificate-authority")
                                        .without("certificate-authority-data")
                                : after.without("insecure-skip-tls-verify");
                    }
                    if (!authority.isEmpty()) {
                        after = after.without("insecure-skip-tls-verify");
                        after = flags.isSet("embed-certs")
                                ? after.without("certificate-authority")
                                        .with(
                                                "certificate-authority-data",
                                                Base64.getEncoder()
                                                        .encodeToString(session.bytes(
                                                                authority,
                                                                "could not stat certificate-authority file " + authority
                                                                        + ": ")))
                                : after.with(
                                                "certificate-authority",
                                                session.file(authority)
                                                        .toAbsolutePath()
                                                        .normalize()
                                                        .toString())
                                        .without("certificate-authority-data");
                    }
                    return after.has("server") ? after : after.with("server", "");
                }));
        session.print("Cluster \"" + name + "\" set.");
    }
}
