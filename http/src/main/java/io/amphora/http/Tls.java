package io.amphora.http;

/// Who we are and whom we trust, as PEM text. The same value serves either side of a connection; "" stands for
/// none.
///
/// @param certificates our certificate, followed by its intermediates
/// @param key          the private key of the first certificate: PKCS#8, PKCS#1 (RSA) or SEC1 (EC)
/// @param authorities  who signs the other side's certificates. A server without any asks for no client
///     certificate; a client without any trusts what the JVM trusts
/// @param serverName   the name a client expects in the server's certificate; "" for the host it connects to
/// @param insecure     a client accepts any server certificate
public record Tls(String certificates, String key, String authorities, String serverName, boolean insecure) {
    public static final Tls DEFAULT = new Tls("", "", "", "", false);

    public static Tls of(String certificates, String key, String authorities) {
        return new Tls(certificates, key, authorities, "", false);
    }

    public static Tls trusting(String authorities) {
        return of("", "", authorities);
    }

    public Tls withServerName(String name) {
        return new Tls(certificates, key, authorities, name, insecure);
    }

    public Tls withInsecure(boolean accept) {
        return new Tls(certificates, key, authorities, serverName, accept);
    }

    /// Without the key, so that it never ends up in a log.
    @Override
    public String toString() {
        return "Tls[" + (certificates.isEmpty() ? "no certificate" : "certificate") + ", "
                + (insecure ? "trusts anyone" : authorities.isEmpty() ? "default authorities" : "own authorities")
                + "]";
    }
}
