package io.amphora.http;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import javax.net.ssl.SSLException;

/// Who we are and whom we trust, as PEM text. The same value serves either side of a connection; "" stands for none.
///
/// @param certificates our certificate, followed by its intermediates
/// @param key          the private key of the first certificate: PKCS#8, PKCS#1 (RSA) or SEC1 (EC)
/// @param authorities  who signs the other side's certificates. A server without any asks for no client certificate; a client
///                     without any trusts what the JVM trusts
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
                + (insecure ? "trusts anyone" : authorities.isEmpty() ? "default authorities" : "own authorities") + "]";
    }

    /// @throws IllegalArgumentException with a sentence, when the PEM is not what it should be
    SslContext forServer() {
        if (certificates.isEmpty() || key.isEmpty()) {
            throw new IllegalArgumentException("a TLS server needs a certificate and its key");
        }
        var builder = SslContextBuilder.forServer(Pem.privateKey(key), Pem.certificates(certificates));
        if (!authorities.isEmpty()) {
            // OPTIONAL: without a certificate a client is let through (it may have a token), with a bad one it is not.
            builder.trustManager(Pem.certificates(authorities)).clientAuth(ClientAuth.OPTIONAL);
        }
        return build(builder, "h2", "http/1.1");
    }

    SslContext forClient(String... protocols) {
        var builder = SslContextBuilder.forClient();
        if (!certificates.isEmpty()) {
            builder.keyManager(Pem.privateKey(key), Pem.certificates(certificates));
        }
        if (insecure) {
            builder.trustManager(InsecureTrustManagerFactory.INSTANCE).endpointIdentificationAlgorithm(null);
        } else if (!authorities.isEmpty()) {
            builder.trustManager(Pem.certificates(authorities));
        }
        return build(builder, protocols);
    }

    private static SslContext build(SslContextBuilder builder, String... protocols) {
        try {
            return builder.sslProvider(provider())
                    .protocols("TLSv1.3", "TLSv1.2")
                    .applicationProtocolConfig(new ApplicationProtocolConfig(
                            Protocol.ALPN,
                            SelectorFailureBehavior.NO_ADVERTISE,
                            SelectedListenerFailureBehavior.ACCEPT,
                            protocols))
                    .build();
        } catch (SSLException e) {
            throw new IllegalArgumentException("certificate and key do not make a TLS context: " + e.getMessage(), e);
        }
    }

    private static SslProvider provider() {
        return OpenSsl.isAvailable() ? SslProvider.OPENSSL_REFCNT : SslProvider.JDK;
    }
}
