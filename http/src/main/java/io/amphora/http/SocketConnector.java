package io.amphora.http;

import io.amphora.http.Request.Origin;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/// HTTP/1.1 over the JDK's sockets, without Netty: a command that sends three requests is done before Netty's
/// classes are loaded.
final class SocketConnector implements Connector {
    private final Tls tls;
    private final Set<SocketPipe> pipes = ConcurrentHashMap.newKeySet();
    private @Nullable SSLContext context;
    private volatile boolean closed;

    SocketConnector(Tls tls) {
        this.tls = tls;
    }

    @Override
    public Connected connect(Origin origin, boolean http2) throws IOException {
        if (closed) {
            throw new ConnectException("the client is closed");
        }
        var raw = new Socket();
        try {
            var address = new InetSocketAddress(origin.host(), origin.port());
            if (address.isUnresolved()) {
                throw new UnknownHostException(origin.host());
            }
            raw.connect(address, CONNECT_TIMEOUT_MILLIS);
            raw.setTcpNoDelay(true);
            raw.setKeepAlive(true);
            var pipe = new SocketPipe(raw, origin.secure() ? secure(raw, origin) : raw);
            pipes.add(pipe);
            if (closed) {
                pipe.abort();
            }
            return new Connected(null, pipe);
        } catch (IOException e) {
            raw.close();
            throw Connector.noWay(origin, e);
        }
    }

    @Override
    public void close() {
        closed = true;
        pipes.forEach(SocketPipe::abort);
    }

    // ---- TLS ----

    private Socket secure(Socket raw, Origin origin) throws IOException {
        String name = tls.serverName().isEmpty() ? origin.host() : tls.serverName();
        var secure = (SSLSocket) context().getSocketFactory().createSocket(raw, name, origin.port(), true);
        var parameters = secure.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"http/1.1"});
        if (!tls.insecure()) {
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
        }
        secure.setSSLParameters(parameters);
        raw.setSoTimeout(CONNECT_TIMEOUT_MILLIS);
        secure.startHandshake();
        raw.setSoTimeout(0);
        return secure;
    }

    private synchronized SSLContext context() throws IOException {
        if (context == null) {
            try {
                var made = SSLContext.getInstance("TLS");
                made.init(keys(), trust(), null);
                context = made;
            } catch (GeneralSecurityException e) {
                throw new IOException("certificate and key do not make a TLS context: " + e.getMessage(), e);
            }
        }
        return context;
    }

    private KeyManager @Nullable [] keys() throws GeneralSecurityException, IOException {
        if (tls.certificates().isEmpty()) {
            return null;
        }
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        var chain = Pem.certificates(tls.certificates()).toArray(Certificate[]::new);
        store.setKeyEntry("client", Pem.privateKey(tls.key()), new char[0], chain);
        var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, new char[0]);
        return factory.getKeyManagers();
    }

    private TrustManager @Nullable [] trust() throws GeneralSecurityException, IOException {
        if (tls.insecure()) {
            return new TrustManager[] {new TrustsAnyone()};
        }
        if (tls.authorities().isEmpty()) {
            return null;
        }
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        int index = 0;
        for (var authority : Pem.certificates(tls.authorities())) {
            store.setCertificateEntry("ca-" + index++, authority);
        }
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    /// `insecure-skip-tls-verify`.
    private static final class TrustsAnyone extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    // ---- the pipe ----

    private final class SocketPipe implements Pipe {
        private final Socket raw;
        private final Socket socket;
        private final InputStream input;
        private final OutputStream output;
        private volatile boolean overdue;

        SocketPipe(Socket raw, Socket socket) throws IOException {
            this.raw = raw;
            this.socket = socket;
            this.input = new Input(socket.getInputStream());
            this.output = new BufferedOutputStream(socket.getOutputStream(), 16 * 1024);
        }

        @Override
        public InputStream input() {
            return input;
        }

        @Override
        public OutputStream output() {
            return output;
        }

        @Override
        public boolean isQuiet() {
            try {
                return !raw.isClosed() && raw.getInputStream().available() == 0;
            } catch (IOException e) {
                return false;
            }
        }

        @Override
        public void close() {
            pipes.remove(this);
            try {
                if (!socket.isClosed()) {
                    socket.shutdownOutput();
                }
            } catch (IOException | UnsupportedOperationException e) {
                // The other side has gone first.
            }
            abort();
        }

        @Override
        public void abort() {
            pipes.remove(this);
            try {
                raw.close();
            } catch (IOException e) {
                // Nobody can do anything about a socket that does not close.
            }
        }

        @Override
        public void deadline(Duration time) {
            overdue = false;
            timeout((int) Math.clamp(time.toMillis(), 1, Integer.MAX_VALUE));
        }

        @Override
        public boolean clearDeadline() {
            timeout(0);
            return overdue;
        }

        private void timeout(int millis) {
            try {
                raw.setSoTimeout(millis);
            } catch (SocketException e) {
                // Closed: there is nothing to wait for.
            }
        }

        private final class Input extends InputStream {
            private final InputStream bytes;

            Input(InputStream bytes) {
                this.bytes = bytes;
            }

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] into, int from, int length) throws IOException {
                try {
                    return bytes.read(into, from, length);
                } catch (SocketTimeoutException e) {
                    overdue = true;
                    throw e;
                }
            }

            @Override
            public int available() throws IOException {
                return bytes.available();
            }
        }
    }
}
