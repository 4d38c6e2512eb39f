package io.amphora.kubectl;

import io.amphora.client.Client;
import java.io.InputStream;
import java.util.List;
import java.util.Map;

/// How the command line gets to a cluster: over the network as a kubeconfig says, or straight into a server of
/// the
/// same JVM.
public interface Connector {
    /// The reason of an [io.amphora.api.ApiException] when there is no way to the server; its message is shown as
    /// it is.
    String UNREACHABLE = "Unreachable";

    /// @param flags `--kubeconfig`, `--context`, `--server` and their like
    Connection connect(Flags flags, Map<String, String> environment);

    interface Connection extends AutoCloseable {
        Client client();

        /// The namespace of the context, `default` where it says none.
        String namespace();

        String server();

        /// A GET whose answer is text (`…/log`), as it comes.
        InputStream text(String path, Map<String, List<String>> query);

        /// Runs a command in a container (`…/exec`, `…/attach`) until it ends.
        ///
        /// @return its exit code
        int stream(String path, Map<String, List<String>> query, Console console, boolean stdin, boolean tty);

        @Override
        void close();
    }
}
