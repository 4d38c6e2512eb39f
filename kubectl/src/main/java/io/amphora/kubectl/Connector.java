package io.amphora.kubectl;

import io.amphora.client.Client;
import io.amphora.http.Duplex;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;

/// How the command line gets to a cluster: over the network as a kubeconfig says, or some other way that a test has.
public interface Connector {
    /// The reason of an [io.amphora.api.ApiException] when there is no way to the server; its message is shown as
    /// it is.
    String UNREACHABLE = "Unreachable";

    /// @param session whose flags say `--kubeconfig`, `--context`, `--server` and their like
    Connection connect(Session session);

    interface Connection extends AutoCloseable {
        Client client();

        /// The namespace of the context, `default` where it says none.
        String namespace();

        String server();

        /// A request whose answer is text (`…/log`, `--raw`), as it comes.
        ///
        /// @param path with its query, if any is not in `query`
        InputStream text(String method, String path, Map<String, List<String>> query, byte[] body);

        /// Opens the streams of `…/exec`, `…/attach`, `…/portforward`.
        ///
        /// @param subprotocol `v5.channel.k8s.io`, say
        Channels open(String path, Map<String, List<String>> query, String subprotocol);

        /// Opens a connection inside of one that is upgraded, as for `…/portforward`.
        Duplex tunnel(String path, String subprotocol);

        @Override
        void close();
    }

    /// Messages that each begin with the number of their channel.
    interface Channels extends AutoCloseable {
        /// The next message, null after the last.
        byte @org.jspecify.annotations.Nullable [] read() throws IOException;

        void write(byte[] bytes, int from, int length) throws IOException;

        @Override
        void close();
    }
}
