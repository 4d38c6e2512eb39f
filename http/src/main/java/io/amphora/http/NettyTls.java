package io.amphora.http;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslCertificateException;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

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
            builder.trustManager(new ClientTrust(Pem.certificates(tls.authorities())))
                    .clientAuth(ClientAuth.OPTIONAL);
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

    /// Verifies clients as the JDK does, and makes BoringSSL tell a client what is wrong: without this, a
    /// certificate of another authority ends in the alert `internal error`.
    private static final class ClientTrust extends X509ExtendedTrustManager {
        private static final int UNKNOWN_AUTHORITY = 20; // X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY

        private final X509ExtendedTrustManager jdk;

        ClientTrust(List<X509Certificate> authorities) {
            try {
                var store = KeyStore.getInstance("PKCS12");
                store.load(null, null);
                for (int i = 0; i < authorities.size(); i++) {
                    store.setCertificateEntry("ca-" + i, authorities.get(i));
                }
                var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
                factory.init(store);
                jdk = (X509ExtendedTrustManager) factory.getTrustManagers()[0];
            } catch (GeneralSecurityException | IOException e) {
                throw new IllegalArgumentException("the authorities cannot be used: " + e.getMessage(), e);
            }
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            try {
                jdk.checkClientTrusted(chain, type, engine);
            } catch (CertificateException e) {
                boolean outOfDate = e.getCause() instanceof CertPathValidatorException path
                        && (path.getReason() == BasicReason.EXPIRED || path.getReason() == BasicReason.NOT_YET_VALID);
                if (!outOfDate && provider() != SslProvider.JDK) {
                    throw new OpenSslCertificateException("unknown authority", e, UNKNOWN_AUTHORITY);
                }
                throw e;
            }
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
            jdk.checkClientTrusted(chain, type);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            jdk.checkClientTrusted(chain, type, socket);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
            jdk.checkServerTrusted(chain, type);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            jdk.checkServerTrusted(chain, type, socket);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            jdk.checkServerTrusted(chain, type, engine);
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return jdk.getAcceptedIssuers();
        }
    }
}
