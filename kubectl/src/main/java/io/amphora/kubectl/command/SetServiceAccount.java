package io.amphora.kubectl.command;

import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.Manifests;
import io.amphora.kubectl.Selection;
import io.amphora.kubectl.Session;
import java.util.ArrayList;
import java.util.List;

/// `set serviceaccount`: as whom Pods act.
final class SetServiceAccount implements Command {
    @Override
    public String name() {
        return "serviceaccount";
    }

    @Override
    public String summary() {
        return "Update the service account of a resource";
    }

    @Override
    public String usage() {
        return "kubectl set serviceaccount (-f FILE | TYPE NAME) SERVICE_ACCOUNT";
    }

    @Override
    public List<String> aliases() {
        return List.of("sa");
    }

    @Override
    public Flags.Known flags(Flags.Known common) {
        return PodSpecChange.flags(common);
    }

    @Override
    public void run(Session session) {
        var words = new ArrayList<>(session.flags().arguments());
        if (words.isEmpty()) throw Failure.error("serviceaccount is required");
        String account = words.removeLast();
        if (words.isEmpty() && !Manifests.named(session.flags())) throw Failure.plain(Selection.NOTHING);
        PodSpecChange.each(
                session,
                words,
                "kubectl-set",
                "serviceaccount updated",
                found -> PodSpecChange.with(found, PodSpecChange.spec(found).with("serviceAccountName", account)));
    }
}
