package io.amphora.kubectl.command.create;

import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.Session;
import io.amphora.machinery.tree.ObjectTree;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// `create secret tls`
final class CreateSecretTls extends Creator {
    CreateSecretTls() {
        super("tls", "Create a TLS secret", "NAME --cert=path/to/cert/file --key=path/to/key/file");
    }

    @Override
    String failing() {
        return "failed to create secret ";
    }

    @Override
    Flags.Known own(Flags.Known known) {
        return known.text("cert", "key").bool("append-hash");
    }

    @Override
    ObjectTree object(Session session, String name) {
        Flags flags = session.flags();
        if (flags.text("cert").isEmpty() || flags.text("key").isEmpty())
            throw Failure.error("key and cert must be specified");
        byte[] certificate = read(session, flags.text("cert"));
        byte[] key = read(session, flags.text("key"));
        if (!pem(certificate)) throw Failure.error("tls: failed to find any PEM data in certificate input");
        if (!pem(key)) throw Failure.error("tls: failed to find any PEM data in key input");
        if (!text(certificate).contains("CERTIFICATE-----"))
            throw Failure.error(
                    "tls: failed to find \"CERTIFICATE\" PEM block in certificate input after skipping PEM blocks"
                            + " of the following types: [" + type(certificate) + "]");
        if (!text(key).contains("PRIVATE KEY-----"))
            throw Failure.error("tls: found a certificate rather than a key in the PEM for the private key");
        ObjectTree data = ObjectTree.of(
                "tls.crt",
                Base64.getEncoder().encodeToString(certificate),
                "tls.key",
                Base64.getEncoder().encodeToString(key));
        return CreateSecretGeneric.secret(session, name, "kubernetes.io/tls", data);
    }

    private static byte[] read(Session session, String file) {
        return session.bytes(file, "Cannot read file " + file + ", ");
    }

    private static boolean pem(byte[] bytes) {
        return text(bytes).contains("-----BEGIN ");
    }

    private static String type(byte[] bytes) {
        return text(bytes).replaceAll("(?s).*?-----BEGIN ([^-]+)-----.*", "$1");
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
