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

/// TLS on event loops: BoringSSL where its native part loads, else the JDK's.
final class NettyTls {
    private NettyTls() {}

    /// @throws IllegalArgumentException with a sentence, when the PEM is not what it should be
    static SslContext forServer(Tls tls) {
        if (tls.certificates().isEmpty() || tls.key().isEmpty()) {
            throw new IllegalArgumentException("a TLS server needs a certificate and its key");
        }
        var builder = SslContextBuilder.forServer(Pem.privateKey(tls.key()), Pem.certificates(tls.certificates()));
        if (!tls.authorities().isEmpty()) {
            // OPTIONAL: without a certificate a client is let through (it may have a token), with a bad one it
            // is not.
            builder.trustManager(Pem.certificates(tls.authorities())).clientAuth(ClientAuth.OPTIONAL);
        }
        return build(builder, "h2", "http/1.1");
    }

    static SslContext forClient(Tls tls, String... protocols) {
        var builder = SslContextBuilder.forClient();
        if (!tls.certificates().isEmpty()) {
            builder.keyManager(Pem.privateKey(tls.key()), Pem.certificates(tls.certificates()));
        }
        if (tls.insecure()) {
            builder.trustManager(InsecureTrustManagerFactory.INSTANCE).endpointIdentificationAlgorithm(null);
        } else if (!tls.authorities().isEmpty()) {
            builder.trustManager(Pem.certificates(tls.authorities()));
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
