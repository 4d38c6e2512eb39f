package io.amphora.e2e;

import io.amphora.api.ApiException;
import io.amphora.api.transport.ApiRequest;
import io.amphora.api.transport.Transport;
import io.amphora.apiserver.auth.User;
import io.amphora.machinery.tree.ObjectTree;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.Consumer;

/// The way of a part of the cluster to the API server, which remembers what that part lacked the rights for: its roles
/// are complete when nothing is.
record RightsCheck(Transport transport, User user) implements Transport {
    private static final Set<String> LACKING = new ConcurrentSkipListSet<>();

    /// What any part of any cluster in this process was refused for the lack of a right.
    static Set<String> lacking() {
        return LACKING;
    }

    @Override
    public ObjectTree call(ApiRequest request) {
        try {
            return transport.call(request);
        } catch (ApiException refused) {
            note(request, refused);
            throw refused;
        }
    }

    @Override
    public Subscription watch(ApiRequest request, Consumer<WatchEvent> events, Runnable closed) {
        try {
            return transport.watch(request, events, closed);
        } catch (ApiException refused) {
            note(request, refused);
            throw refused;
        }
    }

    /// An update of what is gone by then is none, although it would create the object for who may do that.
    private void note(ApiRequest request, ApiException refused) {
        if (request.method().equals("PUT")
                && String.valueOf(refused.getMessage()).contains(" cannot create ")) return;
        String message = String.valueOf(refused.getMessage());
        if (message.contains("User \"" + user.name() + "\" cannot ") || message.contains("not currently held"))
            LACKING.add(message.replaceFirst("^\\S+ \"[^\"]*\"", "").replaceFirst("in the namespace .*", ""));
    }

    @Override
    public void close() {
        transport.close();
    }
}
