package io.amphora.composition.cis;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/// Looks at ports from outside.
final class Probe {
    private static final int PATIENCE_MILLIS = 3_000;

    private Probe() {}

    static boolean isOpen(String host, int port) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), PATIENCE_MILLIS);
            return true;
        } catch (IOException closed) {
            return false;
        }
    }

    static Verdict closed(String host, int port) {
        boolean open = isOpen(host, port);
        return Verdict.of(!open, host + ":" + port + (open ? " is open" : " is closed"));
    }

    /// Whether every cipher suite of TLS 1.2 that is no AEAD with an ephemeral key is refused.
    static Verdict strongCiphers(String host, int port) throws IOException {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new AnyServer()}, null);
            List<String> weak = Arrays.stream(
                            context.getSupportedSSLParameters().getCipherSuites())
                    .filter(Probe::isWeak)
                    .toList();
            for (String suite : weak) if (accepts(context, host, port, suite)) return Verdict.fail("accepts " + suite);
            return Verdict.pass("refuses " + weak.size() + " suites without AEAD or forward secrecy");
        } catch (GeneralSecurityException impossible) {
            throw new IOException(impossible);
        }
    }

    private static boolean isWeak(String suite) {
        boolean aead = suite.contains("_GCM_") || suite.contains("_CHACHA20_");
        boolean ephemeral = suite.startsWith("TLS_ECDHE_");
        boolean newer = suite.startsWith("TLS_AES_") || suite.startsWith("TLS_CHACHA20_");
        return !newer && !suite.contains("SCSV") && !(aead && ephemeral);
    }

    private static boolean accepts(SSLContext context, String host, int port, String suite) throws IOException {
        var plain = new Socket();
        plain.connect(new InetSocketAddress(host, port), PATIENCE_MILLIS);
        try (var socket = (SSLSocket) context.getSocketFactory().createSocket(plain, host, port, true)) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            socket.setEnabledCipherSuites(new String[] {suite});
            socket.startHandshake();
            return true;
        } catch (SSLException refused) {
            return false;
        }
    }

    /// Here the suites are judged, not whose the server is.
    private static final class AnyServer implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
